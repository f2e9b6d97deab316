"""Which grader this is: two exams graded by different ones cannot be compared."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

# What a grade depends on, in `scripts/vgpt2`; its tables of words too.
CODE = ("exam/grading", "exam/model.py", "exam/runner.py", "records/answers", "records/facts.py", "tsql", "sqltext")
PACKAGES = ("sqlglot", "duckdb")


@cache
def grader_version() -> str:
    """A hash of the code that grades and of the packages that read and run its SQL, as 16 hex digits."""
    library = Path(__file__).parents[2]
    found = hashlib.sha256(" ".join(version(name) for name in PACKAGES).encode())
    for place in CODE:
        path = library / place
        files = [path] if path.is_file() else sorted(path.rglob("*"))
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                found.update(file.relative_to(library).as_posix().encode())
                # A checkout may have other line ends.
                found.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return found.hexdigest()[:16]
