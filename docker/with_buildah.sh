#!/usr/bin/env bash
# What image_check.sh asks of buildah, which knows neither volumes nor the entry point. To be sourced; reads name, log, key, options.
# shellcheck disable=SC2154,SC2034

container=
started=

# Megabytes that a build takes on the way, and where: it holds the largest layer four times while it commits it.
needed=36000
place() {
    buildah info --format '{{.store.GraphRoot}}'
}

build() {
    buildah build --isolation chroot "${options[@]}" -f docker/Dockerfile -t "$name" .
    container=$(buildah from "$name")
}

# A command in the container, as this user.
look() {
    buildah run --isolation chroot --user "$1" "$container" -- "${@:2}"
}

# What the entry point does, in the background, with these words behind it; -s: it is not the first process here.
start() {
    buildah run --isolation chroot --env "VGPT2_SERVE_KEY=$key" "$container" -- tini -s -g -- docker/start.sh "$@" > "$log" 2>&1 &
    started=$!
}

# SIGTERM for the init in the container, as of an engine: buildah would end alone. SIGKILL five minutes later.
end() {
    local below=$started
    while [ -n "$below" ] && [ "$(ps -o comm= -p "$below")" != tini ]; do
        below=$(pgrep -P "$below" | tail -1)
    done
    [ -n "$below" ] || fail "no init below buildah that could be told to end; see $log"
    kill -TERM "$below"
    timeout 300 tail --pid "$below" -f /dev/null || kill -KILL "$below"
}

# Wait for its end: `code` is its exit status.
finish() {
    code=0
    wait "$started" || code=$?
}

clean() {
    [ -z "${KEEP:-}" ] || return 0
    [ -z "$container" ] || buildah rm "$container" > /dev/null
    buildah rmi --force "$name" > /dev/null 2>&1 || true
}
