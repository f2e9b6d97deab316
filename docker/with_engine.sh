#!/usr/bin/env bash
# What image_check.sh asks of docker or podman. To be sourced; reads engine, name, log, port, key, options.
# shellcheck disable=SC2154,SC2034

# An engine without a bridge of its own takes the host's network.
network=()
[ -z "${NETWORK:-}" ] || network=(--network "$NETWORK")
volumes=(-v "$name-runs:/app/runs" -v "$name-hub:/cache/huggingface")

# Megabytes that a build takes on the way, and where.
needed=16000
place() {
    "$engine" info --format '{{.DockerRootDir}}' 2> /dev/null || "$engine" info --format '{{.Store.GraphRoot}}'
}

build() {
    DOCKER_BUILDKIT=1 "$engine" build "${network[@]}" "${options[@]}" -f docker/Dockerfile -t "$name" .
}

# A command in a container of its own, as this user; the volumes are those of the one that runs.
look() {
    "$engine" run --rm --user "$1" "${network[@]}" "${volumes[@]}" --entrypoint "$2" "$name" "${@:3}"
}

# The container itself, in the background, with these words behind its entry point.
start() {
    local published=(-p "127.0.0.1:$port:$port")
    [ ${#network[@]} = 0 ] || published=()
    "$engine" run -d --name "$name" "${network[@]}" "${published[@]}" "${volumes[@]}" -e "VGPT2_SERVE_KEY=$key" "$name" "$@" \
        > /dev/null
}

# SIGTERM, and SIGKILL five minutes later.
end() {
    "$engine" stop --time 300 "$name" > /dev/null
}

# Wait for its end: `code` is its exit status, and what it said is in the log.
finish() {
    code=$("$engine" wait "$name")
    "$engine" logs "$name" > "$log" 2>&1
    "$engine" rm "$name" > /dev/null
}

clean() {
    "$engine" rm --force "$name" > /dev/null 2>&1 || true
    [ -z "${KEEP:-}" ] || return 0
    "$engine" volume rm "$name-runs" "$name-hub" > /dev/null 2>&1 || true
    "$engine" rmi --force "$name" > /dev/null 2>&1 || true
}
