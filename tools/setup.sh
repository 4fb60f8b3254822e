#!/usr/bin/env bash
# Brings .venv to what a lock file names and installs this folder into it.
#   tools/setup.sh runtime   what the product needs (requirements.lock)
#   tools/setup.sh test      that and what the tests need (requirements-test.lock)
# PYTHON=/path/to/python chooses the interpreter. Running it again repairs and updates; nothing else is touched.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/common.sh

case "${1:-}" in
  runtime) lock=requirements.lock ;;
  test) lock=requirements-test.lock ;;
  *) fail "用法：tools/setup.sh runtime 或 tools/setup.sh test" "Usage: tools/setup.sh runtime | test" ;;
esac

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
makes_venvs() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

# The first interpreter that is new enough and passes the extra test named by $1.
find_python() {
  local candidate
  for candidate in ${PYTHON:+"$PYTHON"} python3.13 python3.12 python3.11 python3 python; do
    command -v "$candidate" >/dev/null || continue
    if new_enough "$candidate" && "$1" "$candidate"; then
      command -v "$candidate"
      return 0
    fi
  done
  return 1
}

# Debian and Ubuntu keep the venv module in a package of its own.
install_python() {
  local found version
  if found="$(find_python true)"; then
    version="$("$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
    apt_install "python$version-venv" || apt_install python3-venv
  else
    apt_install python3 python3-venv
  fi
}

choose_python() {
  find_python makes_venvs && return
  if may_apt; then
    install_python >&2 || true
    find_python makes_venvs && return
  fi
  if find_python true >/dev/null; then
    fail "Python 缺少 venv 组件，请由管理员执行：apt-get install python3-venv，然后重试。" \
      "Python has no venv module. Ask an administrator to run: apt-get install python3-venv, then try again."
  fi
  fail "没有找到 Python 3.11 或更新的版本。请安装后重试，或用 PYTHON=/路径/python3 指定。" \
    "No Python 3.11 or newer was found. Install one and try again, or name one with PYTHON=/path/to/python3."
}

if ! { new_enough .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1; }; then
  python="$(choose_python)"
  say "建立 .venv（$("$python" --version)）  creating .venv"
  "$python" -m venv --clear .venv
fi

pip() { .venv/bin/python -m pip --disable-pip-version-check --no-input -qq "$@"; }

say "安装 $lock 中的 $(grep -c '^[a-z]' "$lock") 个依赖包  installing the packages of $lock"
pip install --require-hashes -r "$lock" ||
  fail "依赖包没有装好（原因见上）。请检查网络或软件源设置后重试。" \
    "The packages could not be installed (see above). Check the network or your package index and try again."

say "安装 double-random 命令  installing the command double-random"
pip install --no-deps --no-build-isolation --editable . ||
  fail "double-random 没有装好，原因见上。" "double-random could not be installed, see above."

# Draws of a million and more use compiled hashing; without a compiler cache they take the plain path.
say "编译摘要计算  compiling the hashing"
.venv/bin/python -c 'from solver.engine import compiled; [compiled(alg, 10**9) for alg in ("sha256", "sm3")]' || true

# Routes are searched some hundred times faster compiled; a search with a short limit would not wait for it.
say "编译路线搜索  compiling the search for routes"
.venv/bin/python -c 'from solver.schedule.routing.compiled import compiled; compiled()' || true

touch .venv/.runtime
if [ "$1" = test ]; then touch .venv/.test; fi
