"""The figures of a line that the trainer prints: `{'loss': '0.69', 'rewards/margins': '0', 'epoch': '0.1'}`."""

from __future__ import annotations

import ast
import re

FIGURES = re.compile(r"\{'\w.*\}")


def figures(line: str) -> dict[str, float]:
    """What a printed line says by name (nan and inf among it), or nothing for any other line.

    >>> figures("{'loss': '0.5', 'grad_norm': 'nan', 'epoch': 0.1}")
    {'loss': 0.5, 'grad_norm': nan, 'epoch': 0.1}
    """
    found = FIGURES.search(line)
    if not found:
        return {}
    try:
        return {name: float(value) for name, value in ast.literal_eval(found[0]).items()}
    except (ValueError, SyntaxError, TypeError, AttributeError, MemoryError, RecursionError):
        return {}
