"""How long the guard takes for texts that are made to keep it busy (`hostile.yaml`)."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from vgpt2.bench.catalog import Figure
from vgpt2.catalog.model import Catalog
from vgpt2.catalog.store import load
from vgpt2.database_settings import Strict
from vgpt2.serving.guard.guard import LONGEST, judge
from vgpt2.yaml_file import read_yaml_file

KINDS = Path(__file__).with_name("hostile.yaml")
# The largest texts that a client can have a model write, far beyond what the guard reads.
LARGE = 100_000
TRIES = 3


class Form(Strict):
    """How a text is made."""

    again: str
    begin: str = ""
    close: str = ""
    end: str = ""


class Kinds(Strict):
    """The file."""

    kinds: dict[str, str | Form]


def hostile_texts(size: int) -> dict[str, str]:
    """A text of each kind, of at most `size` letters and nearly as many.

    Raises:
        UserError: a fault in the file.
    """
    forms = read_yaml_file(KINDS).check(Kinds).kinds
    return {kind: _text(Form(again=form) if isinstance(form, str) else form, size) for kind, form in forms.items()}


def _text(form: Form, size: int) -> str:
    room, parts = size - len(form.begin) - len(form.end), list[str]()
    while room > 0:
        part = form.again.replace("{n}", str(len(parts)))
        room -= len(part) + len(form.close)
        if room >= 0:
            parts.append(part)
    return form.begin + "".join(parts) + form.close * len(parts) + form.end


def seconds_of(texts: dict[str, str], catalog: Catalog, times: int = TRIES) -> dict[str, float]:
    """The processor's time for each, the least of so many tries."""
    found = {}
    for kind, text in texts.items():
        tries = []
        for _ in range(times):
            began = time.process_time()
            judge(text, catalog)
            tries.append(time.process_time() - began)
        found[kind] = min(tries)
    return found


def measure(run_dir: Path) -> list[Figure]:
    """Hostile texts as long as the guard reads, and longer ones, which it refuses by their length."""
    catalog = load(run_dir / "catalog.json")
    judge("```sql\nSELECT 1 AS One\n```", catalog)
    read, refused = (seconds_of(hostile_texts(size), catalog) for size in (LONGEST, LARGE))
    slowest = max(read, key=read.__getitem__)
    median, most = 1000 * statistics.median(read.values()), 1000 * read[slowest]
    said = f"{median:.1f} ms at the median, {most:.0f} at worst ({slowest})"
    return [
        Figure(f"{len(read)} kinds of hostile text of {LONGEST:,} letters through the guard", said, "10 ms, 200 ms"),
        Figure(f"and of {LARGE:,}", f"{1000 * max(refused.values()):.1f} ms at worst", "10 ms, 200 ms"),
    ]
