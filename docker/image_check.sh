#!/usr/bin/env bash
# Build the image and run help, the tiny chain, the endpoint and SIGTERM in it, as its own user; no engine is needed, only
# buildah (--isolation chroot) on a Linux with root and 12 GB of disk. Half an hour; no part of make test.
# Where NVIDIA's base cannot be had, BASE=ubuntu:24.04 checks the rest: nothing here needs a GPU.
# Run as: BASE=ubuntu:24.04 bash docker/image_check.sh
set -euo pipefail

cd "$(dirname "$0")/.."
name=vgpt2-check
needed=12000
options=(--build-arg CPU_ONLY=1 --build-arg LOCKS=requirements.txt)
for variable in BASE VGPT2_TORCH_INDEX; do
    [ -z "${!variable:-}" ] || options+=(--build-arg "$variable=${!variable}")
done

fail() {
    echo "error: $*" >&2
    exit 2
}

command -v buildah > /dev/null || fail "no buildah here; on Debian or Ubuntu: sudo apt-get install buildah"
free=$(df -Pm /var/lib/containers /var/lib 2> /dev/null | awk 'NR == 2 { print $4 }')
[ "${free:-0}" -ge "$needed" ] || fail "/var/lib/containers: ${free:-0} MB free, about $needed MB needed for the image"

container=
clean_up() {
    [ -z "$container" ] || buildah rm "$container" > /dev/null
    buildah rmi --force "$name" > /dev/null 2>&1 || true
}
trap clean_up EXIT

# What the entry point does in the image, with these words behind it.
run() {
    buildah run --isolation chroot "$container" -- tini -g -- docker/start.sh "$@"
}

check() {
    echo "image-check: $*" >&2
}

check "building, a quarter of an hour"
buildah build --isolation chroot "${options[@]}" -f docker/Dockerfile -t "$name" .
container=$(buildah from "$name")

check "its user, and the bill of materials"
[ "$(buildah run --isolation chroot "$container" -- id -u)" = 1000 ] || fail "it does not run as user 1000"
buildah run --isolation chroot "$container" -- /opt/vgpt2-venv/bin/python -c \
    'import json; bill = json.load(open("/opt/vgpt2.cdx.json")); assert len(bill["components"]) > 100, len(bill["components"])'

check "help"
run help | grep -q "make all" || fail "help does not say what to begin with"

check "SIGTERM while the tiny chain works: it has to end within a minute"
run all PROFILE=tiny &
started=$!
sleep 60
pkill -TERM -P "$started" 2> /dev/null || kill -TERM "$started"
for _ in $(seq 60); do
    kill -0 "$started" 2> /dev/null || break
    sleep 1
done
! kill -0 "$started" 2> /dev/null || fail "SIGTERM did not end it"
wait "$started" || true

check "the tiny chain, from where it was"
run all PROFILE=tiny
buildah run --isolation chroot "$container" -- test -s runs/sample-tiny/report.html || fail "there is no report"
run all PROFILE=tiny | tail -1

check "the endpoint, asked from within"
buildah run --isolation chroot --env VGPT2_SERVE_KEY=check "$container" -- tini -g -- docker/start.sh serve PROFILE=tiny &
started=$!
ask='import json, sys, urllib.request as u
body = json.dumps({"messages": [{"role": "user", "content": "Which vendors are there?"}]}).encode()
head = {"Authorization": "Bearer check", "Content-Type": "application/json"}
print(u.urlopen(u.Request("http://127.0.0.1:8000/v1/chat/completions", body, head), timeout=100).status)'
for _ in $(seq 60); do
    sleep 2
    answered=$(/usr/bin/env python3 -c "$ask" 2> /dev/null || true)
    [ "$answered" != 200 ] || break
done
pkill -TERM -P "$started" 2> /dev/null || true
wait "$started" || true
[ "${answered:-}" = 200 ] || fail "the endpoint gave no answer"
echo "image-check: all of it as it should be"
