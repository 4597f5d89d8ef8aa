#!/usr/bin/env bash
# Installs one thing and everything below it, quietly: setup.sh python | node | chromium | postgres | softhsm | make
# What is there already is left alone. Debian packages are installed only if a tool is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

PYTHON=${PYTHON:-python3}

say() { printf '· %s\n' "$*" >&2; }

fail() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

# Runs a command and shows what it printed only if it fails.
quietly() {
    local output
    output=$("$@" 2>&1) || {
        printf '%s\n' "$output" >&2
        return 1
    }
}

debian_packages() {
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        as_root=(sudo)
        command -v sudo >/dev/null || as_root=(false)
        [ -t 0 ] || as_root+=(-n)
    fi
    say "installing from Debian: $*"
    { command -v apt-get >/dev/null &&
        quietly "${as_root[@]}" apt-get update -qq &&
        quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "$@"; } ||
        fail "could not install: $*. Please install what these Debian packages hold, and run make again."
}

command_from() { # COMMAND PACKAGE...
    local wanted=$1
    shift
    command -v "$wanted" >/dev/null || debian_packages "$@"
}

virtual_environment() {
    [ ! -x .venv/bin/python ] || return 0
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
        fail "Python 3.11 or newer is needed, and '$PYTHON' is not that. Try: make PYTHON=python3.11 …"
    say "making a virtual environment in .venv"
    "$PYTHON" -m venv .venv >/dev/null 2>&1 || {
        rm -rf .venv
        debian_packages python3-venv
        quietly "$PYTHON" -m venv .venv
    }
}

python_packages() {
    virtual_environment
    [ -x .venv/bin/uv ] || quietly .venv/bin/python -m pip install --quiet --disable-pip-version-check \
        --require-hashes --requirement deploy/build.lock
    say "installing the Python packages of requirements.lock (the first time takes about a minute)"
    local uv=(.venv/bin/uv --preview-features build-dependency-hashes pip)
    local locked=(--python .venv/bin/python --build-constraints deploy/build.lock --require-build-hashes)
    quietly "${uv[@]}" sync "${locked[@]}" --require-hashes requirements.lock
    quietly "${uv[@]}" install "${locked[@]}" --no-deps --editable . --editable gate
}

node_packages() {
    command_from node nodejs
    command_from npm npm
    say "installing the JavaScript client that the tests buy with"
    (cd tests/clients/node && quietly npm ci --ignore-scripts --loglevel=error)
}

chromium_and_fonts() {
    command_from chromium chromium
    [ -d /usr/share/fonts/truetype/dejavu ] || debian_packages fonts-dejavu-core
    [ -e /usr/share/fonts/truetype/noto/NotoColorEmoji.ttf ] || debian_packages fonts-noto-color-emoji
}

postgresql() {
    [ -n "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] || command -v initdb >/dev/null ||
        debian_packages postgresql
}

softhsm() {
    command_from softhsm2-util softhsm2
}

case "${1:-}" in
python) python_packages ;;
node) node_packages ;;
chromium) chromium_and_fonts ;;
postgres) postgresql ;;
softhsm) softhsm ;;
make) command_from make make ;;
*) fail "say what to set up: python, node, chromium, postgres, softhsm or make" ;;
esac
