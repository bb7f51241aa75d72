# Sourced by the programs beside it: `sangdam_setup run|test` makes .venv hold exactly the pinned requirements.
# Says what it does on standard error; does nothing when the pins have not changed since the last time.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv="$root/.venv"

say() { printf '%s\n' "$*" >&2; }

sangdam_python() {
  local candidate
  for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  say "Sangdam needs Python 3.11 or newer with the venv module (Debian and Ubuntu: apt install python3-venv)."
  return 1
}

# An interrupted start leaves one without pip, which is made anew.
sangdam_venv() {
  "$venv/bin/python" -m pip --version >/dev/null 2>&1 && return
  local python
  python=$(sangdam_python)
  say "Making $venv …"
  "$python" -m venv --clear "$venv"
}

sangdam_install() {
  local stamp=$1
  shift
  sangdam_venv
  local file arguments=()
  for file in "$@"; do arguments+=(-r "$root/requirements/$file"); done
  say "Installing the pinned requirements ($*), a minute or two the first time …"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes "${arguments[@]}" >&2
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
    --editable "$root" >&2
  printf '%s\n' "$(sangdam_pins "$@")" >"$venv/$stamp"
}

sangdam_pins() {
  local file
  for file in "$@"; do cat "$root/requirements/$file"; done | cat - "$root/pyproject.toml" | cksum
}

sangdam_setup() {
  local files=(run.txt)
  [ "$1" = test ] && files+=(test.txt)
  local stamp=".sangdam-$1"
  [ -f "$venv/$stamp" ] && [ "$(cat "$venv/$stamp")" = "$(sangdam_pins "${files[@]}")" ] && return
  sangdam_install "$stamp" "${files[@]}"
}

# Debian packages that tests use and a user's machine may lack: `sangdam_debian command:package …`, or in place of
# a command `lang=` with a font's language, `gi=` with a typelib, `gst=` with an element of GStreamer's.
sangdam_debian() {
  local pair wanted missing=()
  for pair in "$@"; do
    wanted=${pair%%:*}
    case "$wanted" in
      lang=*) [ -n "$(fc-list ":$wanted" 2>/dev/null)" ] || missing+=("${pair##*:}") ;;
      gi=*) /usr/bin/python3 -c "import gi; gi.require_version('${wanted#gi=}', '1.0')" 2>/dev/null \
        || missing+=("${pair##*:}") ;;
      gst=*) gst-inspect-1.0 "${wanted#gst=}" >/dev/null 2>&1 || missing+=("${pair##*:}") ;;
      *) command -v "$wanted" >/dev/null 2>&1 || missing+=("${pair##*:}") ;;
    esac
  done
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    say "Missing for the tests: ${missing[*]}. On Debian or Ubuntu: sudo apt install ${missing[*]}"
    return 1
  fi
  say "Installing Debian packages for the tests: ${missing[*]} …"
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}
