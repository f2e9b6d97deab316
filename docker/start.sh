#!/usr/bin/env bash
# What the image starts with: a look at what the machine lends the container, then make.
# What no run survives is an error before anything is made; what some runs need is a note. Run as: docker/start.sh TARGET...
set -euo pipefail

runs=${RUNS:-/app/runs}
hub=${HF_HOME:-/cache/huggingface}
shm=${START_SHM:-/dev/shm}

fail() {
    echo "error: $*" >&2
    exit 2
}

note() {
    echo "note: $*" >&2
}

# A volume that root made (by hand, or for an earlier image) does not belong to the user of the image.
check_folder() {
    [ -w "$1" ] || fail "$1: cannot be written by user $(id -u); once, give it to that user:" \
        "docker run --rm --user 0 --entrypoint chown -v VOLUME:$1 vgpt2 -R $(id -u):$(id -g) $1"
}

# Free megabytes at a path.
free_at() {
    df -Pm "$1" 2> /dev/null | awk 'NR == 2 { print $4 }'
}

# What a profile says of its GPU ("one 48 GB GPU") beside the smallest that is here; a little less is the same kind.
check_profile() {
    local word profile=- wanted there
    for word in "${@:2}"; do
        [ "${word#PROFILE=}" = "$word" ] || profile=${word#PROFILE=}
    done
    wanted=$(awk '/^description:/ && match($0, /[0-9]+ GB GPU|GPUs of [0-9]+ GB/) {
        said = substr($0, RSTART, RLENGTH); gsub(/[^0-9]/, "", said); print said
    }' "${0%/*}/../automation/configs/profiles/$profile.yaml" 2> /dev/null) || true
    there=$(awk -F', ' 'NR == 1 || $2 + 0 < least { least = $2 + 0 } END { print least }' <<< "$1")
    if [ -n "$wanted" ] && [ "$there" -lt $((wanted * 950)) ]; then
        note "PROFILE=$profile is for $wanted GB of GPU memory, here are $there MiB: take another (make help), or a larger GPU"
    fi
}

check_gpu() {
    local said
    if ! command -v nvidia-smi > /dev/null; then
        note "no GPU in this container: give --gpus all (it needs NVIDIA's container toolkit), or take PROFILE=cpu"
    elif said=$(nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader 2>&1); then
        echo "start: ${said//$'\n'/; }"
        check_profile "$said" "$@"
        # The trainer's workers pass batches through shared memory; Docker's default of 64 MB is too little for them.
        [ "$(free_at "$shm")" -ge 1000 ] || note "$shm has $(free_at "$shm") MB: give --ipc=host, or --shm-size=8g"
    else
        fail "the driver cannot be asked ($(head -1 <<< "$said")); mend it on the host, where nvidia-smi has to work"
    fi
}

case ${1:-help} in
    help | plan | status | clean | watch) ;;
    # They write nothing, so that the runs may be mounted to be read alone.
    serve | chat | mcp) [ -n "${CPU_ONLY:-}" ] || check_gpu "$@" ;;
    *)
        check_folder "$runs"
        check_folder "$hub"
        # One 7B model takes 15 GB, and a stage writes its checkpoints beside it.
        [ "$(free_at "$runs")" -ge 20000 ] || note "$runs has $(free_at "$runs") MB: enough for small models alone"
        [ -n "${CPU_ONLY:-}" ] || check_gpu "$@"
        ;;
esac
exec make "$@"
