"""How long a large schema takes to read: all of it, again with one file changed, and its catalog in a later step."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from vgpt2.bench.big_schema import Size, write_schema
from vgpt2.settings import ROOT


class Figure(NamedTuple):
    """What was measured, against its budget."""

    what: str
    measured: str
    budget: str


def measure(folder: Path, size: Size | None = None) -> list[Figure]:
    """Make a schema below `folder` (by default of a large ERP's size) and read it, each time in a new process."""
    size = size or Size()
    source, output = folder / "source", folder / "catalog.json"
    megabytes = write_schema(source, size) / 1e6
    what = (
        f"catalog of {size.tables:,} tables, {size.views:,} views, {size.procedures:,} procedures, {megabytes:.0f} MB"
    )
    extract = [ROOT / "scripts/extract_catalog.py", "--source", source, "--database", "vista.yaml", "--output", output]
    first, memory = run_timed(extract)
    changed = next(source.glob("Tables/*.sql"))
    changed.write_text(changed.read_text("utf-8").replace("NULL\n)", "NULL,\n[Added] int NULL\n)"), "utf-8")
    again, _ = run_timed(extract)
    load = f"import sys; sys.path.insert(0, {str(ROOT / 'scripts')!r})\nfrom vgpt2.catalog.store import load\n"
    timed = f"{load}import time; t = time.perf_counter(); load({str(output)!r}); print(time.perf_counter() - t)"
    loads = [float(subprocess.check_output([sys.executable, "-c", timed])) for _ in range(3)]
    return [
        Figure(what, f"{first:.0f} s, {memory:.1f} GB", "90 s, 1.5 GB"),
        Figure("the same with one file changed", f"{again:.1f} s", "5 s"),
        Figure("loading that catalog", f"{min(loads):.2f} s", "0.7 s"),
    ]


def run_timed(command: list, codes: tuple[int, ...] = (0,)) -> tuple[float, float]:
    """Run a script: seconds, and GB at the most of the process and its children; another exit code is an error."""
    import psutil

    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL)
    seen = psutil.Process(process.pid)
    most = 0
    while process.poll() is None:
        try:
            most = max(most, sum(part.memory_info().rss for part in [seen, *seen.children(recursive=True)]))
        except psutil.NoSuchProcess:
            continue
        time.sleep(0.1)
    if process.returncode not in codes:
        raise subprocess.CalledProcessError(process.returncode, command)
    return time.perf_counter() - started, most / 1e9
