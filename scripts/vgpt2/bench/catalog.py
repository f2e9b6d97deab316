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
    checker = (
        f"{load}import time; from vgpt2.tsql.check.check import Checker\nc = load({str(output)!r}); "
        "t = time.perf_counter(); Checker(c); print(time.perf_counter() - t)"
    )
    builds = [float(subprocess.check_output([sys.executable, "-c", checker])) for _ in range(3)]
    return [
        Figure(what, f"{first:.0f} s, {memory:.1f} GB", "90 s, 1.5 GB"),
        Figure("the same with one file changed", f"{again:.1f} s", "5 s"),
        Figure("loading that catalog", f"{min(loads):.2f} s", "0.7 s"),
        Figure("the checker of that catalog", f"{min(builds):.2f} s", "1 s"),
        *packaged(folder),
    ]


def packaged(folder: Path) -> list[Figure]:
    """AdventureWorks from its data-tier application against its script, where both lie beside the project."""
    beside = [path for depth in ("*", "*/*") for path in ROOT.parent.glob(f"{depth}/dacpac/aw.dacpac")]
    if not beside:
        return []
    seconds = []
    for source in (beside[0].parents[1] / "adventure-works" / "instawdb.sql", beside[0]):
        output = folder / f"{source.stem}.json"
        extract = [ROOT / "scripts/extract_catalog.py", "--source", source, "--database", "adventureworks.yaml"]
        tries = []
        for _ in range(3):
            for old in folder.glob(f"{source.stem}*.json"):  # the cache of the try before
                old.unlink()
            tries.append(run_timed([*extract, "--output", output], quiet=True)[0])
        seconds.append(min(tries))
    script, package = seconds
    return [Figure("AdventureWorks from its package", f"{package / script:.2f} times its script", "2 times")]


def run_timed(command: list, codes: tuple[int, ...] = (0,), quiet: bool = False) -> tuple[float, float]:
    """Run a script: seconds, and GB at the most of the process and its children; another exit code is an error."""
    import psutil

    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL if quiet else None
    )
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
