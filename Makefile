# 双随机 double-random. `make` alone lists what can be done.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/double-random
# Test processes: two suit the two-core machine this is made for; each fills databases of its own.
WORKERS ?= 2
ARGS ?=

.PHONY: help demo serve migrate test lint format browser vendor bench lock clean

help: ## 列出全部命令  this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.runtime ## 演示：生成一个县，抽查到公示全程，打开三个站点  a generated county, end to end, then served
	$(RUN) demo $(ARGS)

serve: $(VENV)/.runtime ## 启动服务  start the office, field and public sites
	$(RUN) serve $(ARGS)

migrate: $(VENV)/.runtime ## 升级数据库结构  bring the database to the current schema
	$(RUN) migrate $(ARGS)

test: lint browser ## 全部检查与测试  every check and test; ARGS="-k draw" narrows
	CHROMIUM="$$(cat $(VENV)/browser)" $(BIN)/pytest -n $(WORKERS) --dist loadfile $(ARGS)

lint: $(VENV)/.test ## 代码风格、类型、依赖方向  style, types, dependency rule
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.test ## 整理代码格式  format the code
	$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/ruff format .

browser: $(VENV)/.test
	tools/browser.sh

vendor: ## 重建前端资源（需要 Node.js）  rebuild the front-end assets (needs Node.js)
	npm ci --no-audit --no-fund
	npm run vendor

bench: $(VENV)/.test .venv-bench/.peers ## 基准测试  measure the figures of docs/benchmarks.md
	shopt -s nullglob; for file in benchmarks/[a-z]*.py; do \
	  name="$$(basename "$$file" .py)"; echo "== $$name"; $(BIN)/python -m "benchmarks.$$name"; \
	done

lock: ## 更新依赖锁定文件  rewrite the lock files; ARGS=--upgrade renews every pin
	tools/lock.sh $(ARGS)

clean: ## 删除缓存与测试输出（保留数据与 .venv）  remove caches and test output, keep data and .venv
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist test-output
	find solver supervision api tests benchmarks tools -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# The environment follows its lock files; setup.sh leaves the stamps.
$(VENV)/.runtime: requirements.lock pyproject.toml tools/setup.sh
	tools/setup.sh runtime

# The peers that benchmarks measure beside us; a figure says so where one is absent.
.venv-bench/.peers: requirements-bench.lock
	$(BIN)/python -m venv --clear .venv-bench
	.venv-bench/bin/python -m pip --disable-pip-version-check --no-input -qq install --require-hashes -r $<
	touch $@

$(VENV)/.test: requirements-test.lock requirements.lock pyproject.toml tools/setup.sh
	tools/setup.sh test
