# Shared by the scripts of this folder: how they speak, and Debian's packages when we may install them.

say() { printf '· %s\n' "$1"; }

# fail 中文 English: one clear sentence in both languages, then stop.
fail() {
  printf '\n✗ %s\n  %s\n\n' "$1" "$2" >&2
  exit 1
}

may_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# apt_install PACKAGE...: quiet when it works; when it does not, what apt-get said is shown and false returned.
apt_install() {
  local log
  log="$(mktemp)"
  say "apt-get install $*"
  if {
    { [ -n "${apt_lists_fresh:-}" ] || apt-get -qq update; } &&
      DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 --no-install-recommends install "$@"
  } >"$log" 2>&1 </dev/null; then
    apt_lists_fresh=yes
    rm -f "$log"
  else
    tail -n 20 "$log" >&2
    rm -f "$log"
    return 1
  fi
}
