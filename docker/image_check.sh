#!/usr/bin/env bash
# Build the image and try it as a user meets it: help, a volume of root, the tiny chain told to end while it trains and gone
# on, the endpoint. By docker or podman, whichever answers; else by buildah (--isolation chroot), which needs no engine but
# root. Half an hour; no part of make test; no GPU is needed.
#
#   bash docker/image_check.sh
#   BASE=ubuntu:24.04 bash docker/image_check.sh    where NVIDIA's base cannot be had
#   ENGINE=buildah    this one; NETWORK=host: of an engine without a bridge; KEEP=1: image and volumes, named vgpt2-check, stay
set -euo pipefail

cd "$(dirname "$0")/.."
name=vgpt2-check
port=${PORT:-8017}
key=
code=
log=$(mktemp)
trap 'rm -f "$log"' EXIT
options=(--build-arg CPU_ONLY=1 --build-arg LOCKS=requirements.txt)
for variable in BASE VGPT2_TORCH_INDEX; do
    [ -z "${!variable:-}" ] || options+=(--build-arg "$variable=${!variable}")
done

fail() {
    echo "error: $*" >&2
    exit 2
}

# What was said is shown where it is not as it should be.
wrong() {
    tail -20 "$log" >&2
    fail "$*"
}

check() {
    echo "image-check: $(date +%H:%M:%S) $*" >&2
}

find_engine() {
    for engine in ${ENGINE:-docker podman buildah}; do
        if "$engine" info > /dev/null 2>&1; then
            return
        fi
    done
    fail "${ENGINE:-docker, podman or buildah}: none that answers; on Debian or Ubuntu: sudo apt-get install buildah"
}

said() {
    grep -qE -- "$1" "$log"
}

# Start, wait, and compare: words, then the exit status and what has to be said.
expect() {
    local status=$1 text=$2
    start "${@:3}"
    finish
    [ "$code" = "$status" ] || wrong "${*:3}: ended with $code, not with $status"
    said "$text" || wrong "${*:3}: did not say: $text"
}

# A file of the run, while it is made: wait until it says this.
until_said() {
    for _ in $(seq 600); do
        ! look 1000 grep -qs -- "$1" "$2" 2> /dev/null || return 0
        sleep 1
    done
    end
    finish
    wrong "$2 has not said: $1"
}

# Told to end, it has to, and by itself: 137 is what is left of one that was killed.
end_by_itself() {
    local began=$SECONDS
    end
    finish
    [ "$code" != 137 ] || wrong "SIGTERM did not end $1"
    check "ended with $code, $((SECONDS - began)) s after SIGTERM"
}

ask() {
    curl --silent --output /dev/null --write-out '%{http_code}' --max-time 100 --header "Authorization: Bearer $1" \
        --json '{"messages": [{"role": "user", "content": "Which vendors are there?"}]}' \
        "http://127.0.0.1:$port/v1/chat/completions" || true
}

find_engine
with=docker/with_engine.sh
[ "$engine" != buildah ] || with=docker/with_buildah.sh
# shellcheck source=docker/with_engine.sh
. "$with"
stored=$(place)
free=$(df -Pm "$stored" 2> /dev/null | awk 'NR == 2 { print $4 }')
[ "${free:-$needed}" -ge "$needed" ] || fail "$stored: $free MB free, about $needed MB needed to build the image"
trap 'clean; rm -f "$log"' EXIT

check "building with $engine, a quarter of an hour"
build

check "its user, and the bill of materials"
expect 0 "make all" help
[ "$(look 1000 stat -c %u /app/runs)" = 1000 ] || fail "/app/runs does not belong to user 1000"
look 1000 /opt/vgpt2-venv/bin/python -c \
    'import json; bill = json.load(open("/opt/vgpt2.cdx.json")); assert len(bill["components"]) > 100, len(bill["components"])'

check "TensorBoard, as compose starts it"
# shellcheck disable=SC2016
look 1000 timeout 300 bash -c '
    ask="import urllib.request as web; print(web.urlopen(\"http://127.0.0.1:6007/data/environment\").read().decode())"
    /opt/vgpt2-venv/bin/tensorboard --logdir /app/runs --host 0.0.0.0 --port 6007 &
    until /opt/vgpt2-venv/bin/python -c "$ask" 2> /dev/null; do sleep 1; done; kill %1
' > "$log" 2>&1 || wrong "TensorBoard does not answer"
said '"data_location": "/app/runs"' || wrong "TensorBoard shows other runs"

check "a volume of root"
# An empty one is given to the user of the image by the engine itself.
look 0 sh -c 'touch /app/runs/earlier && chown -R 0:0 /app/runs'
expect 2 "/app/runs: cannot be written by user 1000" all PROFILE=tiny
look 0 chown -R 1000:1000 /app/runs

check "the tiny chain, told to end while it trains"
start all PROFILE=tiny
until_said "Running training" runs/sample-tiny/saves/sft/train.log
end_by_itself "the training"
said "checkpoint-[0-9]+ is kept, the next start goes on from it" || wrong "no checkpoint was written"

check "the tiny chain, from where it was"
expect 0 "goes on from .*checkpoint" all PROFILE=tiny
look 1000 test -s runs/sample-tiny/report.html || wrong "there is no report"
expect 0 "is up to date: open" all PROFILE=tiny

check "the endpoint: without a key it does not begin, with one it answers"
expect 2 "VGPT2_SERVE_KEY" serve PROFILE=tiny "PORT=$port"
key=check
start serve PROFILE=tiny "PORT=$port"
for _ in $(seq 60); do
    sleep 2
    answered=$(ask check)
    [ "$answered" != 200 ] || break
done
refused=$(ask other)
end_by_itself "the endpoint"
[ "$answered" = 200 ] || wrong "the endpoint gave no answer ($answered)"
[ "$refused" = 401 ] || wrong "the endpoint answered a wrong key with $refused, not with 401"
echo "image-check: all of it as it should be"
