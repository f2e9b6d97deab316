#!/usr/bin/env bash
# Build the virtual environment in its place, whole or not at all: `.done` inside it is written last.
# Two calls at once wait for each other. Run as: bash scripts/setup_venv.sh FOLDER LOCKFILE...
# With VGPT2_TORCH_INDEX=URL torch, torchvision and torchaudio come from there, in the lock's versions.
set -euo pipefail

# Bytes that the packages take, and what pip holds of them while it unpacks.
needed=9000000000
venv=$1
shift

fail() {
    echo "error: $*" >&2
    exit 2
}

if ! mkdir -p "$(dirname "$venv")" 2> /dev/null || ! touch "$venv.lock" 2> /dev/null; then
    fail "$venv: cannot be written; give another folder with VENV=folder"
fi
exec 9> "$venv.lock"
flock 9
[ ! -f "$venv/.done" ] || exit 0

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

# What pip is at: on a terminal one line that changes, in a log one for every 25 packages.
watch_pip() {
    local total=$1 count=0 word rest said
    while read -r word rest; do
        case $word in
            Collecting | Ignoring) count=$((count + 1)) ; said="$count of $total packages looked at: ${rest%%[ =;:<>]*}" ;;
            Downloading) said="$count of $total packages looked at: ${rest##*/}" ;;
            Installing) said="all packages are here; unpacking them takes a minute or two" ;;
            *) continue ;;
        esac
        if [ -t 2 ]; then
            printf '\r\033[Ksetup: %.100s' "$said" >&2
        elif [ "$word" = Installing ] || { [ "$word" = Collecting ] && [ $((count % 25)) = 0 ]; }; then
            echo "setup: $said" >&2
        fi
    done
    [ ! -t 2 ] || printf '\r\033[K' >&2
}

python=$(find_python) || fail "no Python 3.11 or newer found; on Debian or Ubuntu: sudo apt-get install python3 python3-venv"
"$python" -c 'import venv, ensurepip' 2> /dev/null \
    || fail "$python has no venv module; on Debian or Ubuntu: sudo apt-get install python3-venv"

# In kilobytes: awk of a Debian writes a large product as 2.4e+10, which is no number for the shell.
free=$(df -Pk "$(dirname "$venv")" 2> /dev/null | awk 'NR == 2 { print $4 }')
if [ -n "$free" ] && [ "$((free * 1024))" -lt "$needed" ]; then
    fail "$venv: $((free * 1024 / 1000000)) MB free, about $((needed / 1000000)) MB needed for the packages; free some, or give another folder with VENV=folder"
fi
# What an interrupted call left behind is of no use: pip does not resume.
rm -rf -- "$venv"
echo "setup: packages into $venv (about 8 GB and five minutes, once a machine)"
"$python" -m venv "$venv" || fail "$venv: no environment could be made here (see above)"
if [ -n "${VGPT2_TORCH_INDEX:-}" ]; then
    PYTHONUNBUFFERED=1 "$venv/bin/python" scripts/install_torch.py --index "$VGPT2_TORCH_INDEX" --rest "$venv/rest" "$@" \
        | watch_pip 3 || fail "torch could not be installed (see above); the next start begins anew"
    set -- "${@/#/$venv/rest/}"
fi
for lock in "$@"; do
    PYTHONUNBUFFERED=1 "$venv/bin/python" -m pip install --disable-pip-version-check --no-input --progress-bar off \
        --require-hashes -r "$lock" | watch_pip "$(grep -c '^[A-Za-z0-9].*==' "$lock")" \
        || fail "the packages of $lock could not be installed (see above); the next start begins anew"
done
# What .done promises is on the disk before.
sync -f "$venv" 2> /dev/null || sync
touch "$venv/.done"
echo "setup: done -> $venv"
