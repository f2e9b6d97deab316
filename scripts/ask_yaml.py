"""Say what YAML files have under a key, later files over earlier ones: what make and PowerShell ask of a profile.

Works before set-up, on any Python: where PyYAML is missing, plain mappings (in blocks or in braces) are read by eye.

**Reads** the files; those that are not there are left out.
**Writes** nothing; prints `key=value` a line for each key that has a value, `quantization_bit` at any depth.
**Run as** `python scripts/ask_yaml.py exam.suite quantization_bit -- _defaults.yaml tiny.yaml`
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

PART = re.compile(r"""[{}\[\],]|"[^"]*"|'[^']*'|[^{}\[\],]+""")


def main() -> None:
    """Thin: read, merge, print."""
    if "--help" in sys.argv or "--" not in sys.argv:
        print(__doc__, "\n  --help  this text")
        sys.exit(0 if "--help" in sys.argv else 2)
    middle = sys.argv.index("--")
    values: dict = {}
    for name in sys.argv[middle + 1 :]:
        if Path(name).is_file():
            values.update(flat(read(Path(name).read_text(encoding="utf-8-sig"))))
    for key in sys.argv[1:middle]:
        found = [value for path, value in values.items() if path == key or path.endswith(f".{key}")]
        if found and found[-1] not in (None, "", "null"):
            print(f"{key}={found[-1]}")


def read(text: str) -> dict:
    """The mapping that a YAML text holds."""
    try:
        import yaml
    except ImportError:
        return plain(text)
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError:
        return {}  # prepare_run.py says what is wrong with it
    return value if isinstance(value, dict) else {}


def plain(text: str) -> dict:
    """Nested mappings of scalars; lists are left out."""
    top: dict = {}
    open_maps = [(-1, top)]
    for line in text.splitlines():
        found = re.match(r"( *)([\w.-]+):(?:\s+(.*))?$", re.sub(r"(^|\s)#.*", "", line).rstrip())
        if not found:
            continue
        indent, key, value = len(found[1]), found[2], (found[3] or "").strip()
        while open_maps[-1][0] >= indent:
            open_maps.pop()
        if value.startswith("{"):
            open_maps[-1][1][key] = braces(PART.findall(value)[1:])
        elif value:
            open_maps[-1][1][key] = value.strip("\"'")
        else:
            open_maps[-1][1][key] = {}
            open_maps.append((indent, open_maps[-1][1][key]))
    return top


def braces(parts: list[str]) -> dict:
    """What stands after an opening brace, up to its own closing one; the parts are used up."""
    found: dict = {}
    key = ""
    while parts:
        part = parts.pop(0).strip()
        if part == "}":
            break
        if part == "{":
            found[key] = braces(parts)
        elif part.endswith(":"):
            key = part[:-1]
        elif ":" in part:
            key, value = (half.strip() for half in part.split(":", 1))
            found[key] = value.strip("\"'")
    return found


def flat(values: dict, above: str = "") -> dict:
    """`{"a": {"b": 1}}` as `{"a.b": 1}`."""
    found: dict = {}
    for key, value in values.items():
        if isinstance(value, dict):
            found.update(flat(value, f"{above}{key}."))
        else:
            found[f"{above}{key}"] = value
    return found


if __name__ == "__main__":
    main()
