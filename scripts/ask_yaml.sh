#!/usr/bin/env bash
# Ask YAML files for values, whichever Python is there: before set-up it may be one without any package.
# Run as: bash scripts/ask_yaml.sh KEY... -- FILE...   (see ask_yaml.py)
set -euo pipefail

for python in .venv/bin/python python3 python3.13 python3.12 python3.11 python "${PYTHON:-python}"; do
    if answer=$("$python" scripts/ask_yaml.py "$@" 2> /dev/null) && [ -n "$answer" ]; then
        printf '%s\n' "$answer"
        break
    fi
done
