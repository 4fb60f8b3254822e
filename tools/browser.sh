#!/usr/bin/env bash
# Finds or brings a Chromium and Chinese fonts for the tests; the browser's path is left in .venv/browser.
# Order: $CHROMIUM, one on the PATH, Debian's package (as root), playwright's download, else a clear failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/common.sh

# Ubuntu's chromium-browser may be a placeholder that only prints advice: a browser is one that says its version.
runs() { [ -n "$1" ] && command -v "$1" >/dev/null && "$1" --version >/dev/null 2>&1 </dev/null; }

find_browser() {
  local candidate
  for candidate in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" "$(playwright_path)"; do
    if runs "$candidate"; then
      command -v "$candidate"
      return 0
    fi
  done
  return 1
}

playwright_path() {
  .venv/bin/python - 2>/dev/null <<'PY' || true
from playwright.sync_api import sync_playwright

with sync_playwright() as driver:
    print(driver.chromium.executable_path)
PY
}

bring_browser() {
  if may_apt && apt_install chromium && find_browser >/dev/null; then return; fi
  say "playwright install chromium"
  .venv/bin/python -m playwright install chromium >&2 && find_browser >/dev/null
}

has_chinese_font() {
  if [ "$(uname)" = Darwin ]; then return 0; fi
  command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh family 2>/dev/null)" ]
}

if [ -n "${CHROMIUM:-}" ] && ! runs "$CHROMIUM"; then
  say "CHROMIUM=$CHROMIUM 不能运行，改用其他浏览器  does not run, looking for another"
fi
find_browser >/dev/null || bring_browser ||
  fail "没有可用的浏览器。请安装 chromium（Debian：apt-get install chromium），或用 CHROMIUM=/路径/chromium 指定。" \
    "No browser. Install chromium (Debian: apt-get install chromium) or name one with CHROMIUM=/path/to/chromium."

has_chinese_font || { may_apt && apt_install fontconfig fonts-noto-cjk && has_chinese_font; } ||
  fail "没有中文字体，截图会显示方框。请安装 fonts-noto-cjk（Debian：apt-get install fontconfig fonts-noto-cjk）。" \
    "No Chinese font: characters would show as boxes. Install fonts-noto-cjk (Debian: apt-get install fontconfig fonts-noto-cjk)."

mkdir -p .venv
find_browser >.venv/browser
say "浏览器  browser: $(cat .venv/browser)"
