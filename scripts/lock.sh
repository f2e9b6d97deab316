#!/usr/bin/env bash
# Resolve the seven requirements*.in, and the tools' of automation/tools, into their *.txt: every package pinned, with hashes, for every platform, no index named.
# Run as: bash scripts/lock.sh
set -euo pipefail

cd "$(dirname "$0")/.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools"
"$tools/bin/python" -m pip install --disable-pip-version-check --quiet uv
compile() {
    "$tools/bin/uv" pip compile "$@" --universal --python-version 3.11 --generate-hashes \
        --no-header --no-emit-index-url --quiet
}
compile requirements.in --output-file requirements.txt
for extra in clouds gpu mcp mssql tensorboard test; do
    compile "requirements-$extra.in" --constraints requirements.txt --output-file "requirements-$extra.txt"
done
for tool in audit docs s3; do
    (cd automation/tools && compile "$tool.in" --output-file "$tool.txt")
done
echo "lock: $(grep -c '^[a-z0-9].*==' requirements.txt) packages -> requirements.txt, requirements-{clouds,gpu,mcp,mssql,tensorboard,test}.txt, automation/tools/{audit,docs,s3}.txt"
