#!/usr/bin/env bash
# Writes the lock files from pyproject.toml: every package with its hashes, for every platform, and no index
# address. Pins that still fit stay; `tools/lock.sh --upgrade` renews them all.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/common.sh

uv="$(command -v uv || true)"
if [ -z "$uv" ]; then
  [ -x .venv/bin/python ] || fail "请先安装 uv，或执行 tools/setup.sh runtime。" "Install uv, or run tools/setup.sh runtime first."
  [ -x .venv/bin/uv ] || { say "pip install uv" && .venv/bin/python -m pip install --quiet uv; }
  uv=.venv/bin/uv
fi

compile() {
  say "$1"
  "$uv" pip compile --quiet --universal --generate-hashes --python-version 3.11 \
    --custom-compile-command "make lock" --output-file "$@"
}

compile requirements.lock --extra build "${@}" pyproject.toml
# The tests run on the very versions of the runtime.
compile requirements-test.lock --extra build --extra test --constraint requirements.lock "${@}" pyproject.toml
# The peers of the benchmarks have an environment of their own.
compile requirements-bench.lock --group peers "${@}"
