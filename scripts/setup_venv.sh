#!/usr/bin/env bash
# Build the virtual environment in its place, whole or not at all: `.done` inside it is written last.
# Two calls at once wait for each other. Run as: bash scripts/setup_venv.sh FOLDER LOCKFILE...
set -euo pipefail

venv=$1
shift
mkdir -p "$(dirname "$venv")"
exec 9> "$venv.lock"
flock 9
[ ! -f "$venv/.done" ] || exit 0

fail() {
    echo "error: $*" >&2
    exit 2
}

# The packages are known to install on 3.11 to 3.13; a newer Python is tried if there is no other.
find_python() {
    local below name
    for below in 14 99; do
        for name in python3 python3.13 python3.12 python3.11; do
            if "$name" -c "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, $below))" 2> /dev/null; then
                echo "$name"
                return
            fi
        done
    done
    return 1
}

python=$(find_python) || fail "no Python 3.11 or newer found; on Debian or Ubuntu: sudo apt-get install python3 python3-venv"
"$python" -c 'import venv, ensurepip' 2> /dev/null \
    || fail "$python has no venv module; on Debian or Ubuntu: sudo apt-get install python3-venv"

# What an interrupted call left behind is of no use: pip does not resume.
rm -rf -- "$venv"
echo "setup: packages into $venv (about 8 GB and five minutes, once a machine)"
"$python" -m venv "$venv"
for lock in "$@"; do
    "$venv/bin/python" -m pip install --disable-pip-version-check --no-input --quiet --require-hashes -r "$lock"
done
touch "$venv/.done"
echo "setup: done -> $venv"
