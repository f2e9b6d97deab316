"""The library that the scripts share. It never imports a script."""

import sys
from pathlib import Path
from types import TracebackType


def _say_what_is_missing(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A package that is not there is a mistake of the user, who took another Python: one line, exit code 2.

    In the environment that set-up made it is one of ours, and shown as any.
    """
    missing = error.name or "" if isinstance(error, ModuleNotFoundError) else ""
    if not missing or missing.startswith("vgpt2") or Path(sys.prefix, ".done").is_file():
        sys.__excepthook__(kind, error, trace)
        return
    python = r".venv\Scripts\python" if sys.platform == "win32" else ".venv/bin/python"
    print(f"error: {sys.executable} has no package '{missing}': run {python}, which set-up makes", file=sys.stderr)
    sys.exit(2)


sys.excepthook = _say_what_is_missing
