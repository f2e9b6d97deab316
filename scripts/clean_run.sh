#!/usr/bin/env bash
# Delete one run's folder, and nothing else. Run as: bash scripts/clean_run.sh RUNS RUN YES
set -euo pipefail

runs=$1
run=$2
yes=$3
folder=$runs/$run

fail() {
    echo "error: $*" >&2
    exit 2
}

[[ $run =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ ]] || fail "RUN=$run: no name of a run"
if [ ! -e "$folder" ] && [ ! -L "$folder" ]; then
    echo "clean: there is no $folder"
    exit 0
fi
# Only what looks like a run goes: RUNS may be any folder.
[ -L "$folder" ] || [ -e "$folder/settings.json" ] || [ -e "$folder/source.stamp" ] || [ -d "$folder/inputs" ] \
    || [ -z "$(ls -A "$folder")" ] || fail "$folder: no run (it has no settings.json); delete it by hand"
if command -v flock > /dev/null; then
    exec 9>> "$runs/.$run.lock"
    flock -n 9 || fail "$folder: in use by $(cat "$runs/.$run.writer" 2> /dev/null || echo another process); wait until it ends"
fi
if [ -z "$yes" ] || [ "$yes" = 0 ]; then
    [ -t 0 ] || fail "$folder: YES=1 deletes it ($(du -sh "$folder" | cut -f1))"
    read -r -p "delete $folder ($(du -sh "$folder" | cut -f1))? [y/N] " answer
    [[ $answer =~ ^[yY] ]] || fail "$folder: left alone"
fi
rm -rf -- "$folder"
rm -f -- "$runs/.$run.writer"
echo "clean: $folder is deleted"
