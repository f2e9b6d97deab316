"""Measures the engine on expressions with known values: how many run, and how many of these give the value.

Run as: `PYTHONPATH=scripts python tests/tsql/run/values.py FILE.jsonl [--wrong] [--refused]`
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from vgpt2.catalog.model import Catalog
from vgpt2.database_settings import DatabaseSettings
from vgpt2.tsql.run.execute import Engine

_EXACT = {"numeric", "decimal", "money", "smallmoney", "int", "bigint", "smallint", "tinyint", "bit"}
_ROUGH = {"float", "real"}
_MOMENT = re.compile(
    r"(?:(\d{4})-(\d\d)-(\d\d))?(?:[ T]?(\d\d):(\d\d):(\d\d)(?:\.(\d{1,7}))?)?(?: ?([+-]\d\d:\d\d))?\Z"
)


@dataclass
class Measured:
    """What a file of values gave: the cases by outcome, each with what came instead of its value."""

    right: list[dict] = field(default_factory=list)
    wrong: list[tuple[dict, object]] = field(default_factory=list)
    refused: list[tuple[dict, str]] = field(default_factory=list)

    @property
    def all(self) -> int:
        return len(self.right) + len(self.wrong) + len(self.refused)

    @property
    def ran(self) -> int:
        return len(self.right) + len(self.wrong)

    def line(self) -> str:
        ran = self.ran or 1
        return (
            f"values: {self.all:,} in, {self.ran:,} ran ({self.ran / max(self.all, 1):.1%}), "
            f"{len(self.right):,} right ({len(self.right) / ran:.1%} of these), {len(self.refused):,} refused"
        )


def read_values(path: Path) -> list[dict]:
    """The lines of a file: `sql`, `types` of its columns, `rows` as text."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def measure(cases: list[dict]) -> Measured:
    """Run each case on an engine without tables and compare."""
    found = Measured()
    with Engine(Catalog(DatabaseSettings(name="values", prefix="values", title="Values"))) as engine:
        for case in cases:
            result = engine.run(case["sql"])
            if case.get("error"):
                found.right.append(case) if result.status != "rows" else found.wrong.append((case, result.rows))
            elif result.status != "rows":
                found.refused.append((case, result.message))
            elif same(case, result.rows):
                found.right.append(case)
            else:
                found.wrong.append((case, result.rows))
    return found


def same(case: dict, rows: list[tuple]) -> bool:
    """Whether rows hold the values of a case, in any order where the SQL does not order them."""
    wanted = [tuple(row) for row in case["rows"]]
    if len(wanted) != len(rows) or any(len(row) != len(case["types"]) for row in rows):
        return False
    left = list(rows)
    for row in wanted:
        hit = next((other for other in left if all(map(_equal, case["types"], row, other))), None)
        if hit is None:
            return False
        left.remove(hit)
    return True


def _equal(kind: str, wanted: str | None, given: object) -> bool:
    if wanted is None or given is None:
        return wanted is None and given is None
    if kind in _EXACT:
        return isinstance(given, (int, float)) and math.isclose(
            float(wanted), given, rel_tol=1e-12, abs_tol=1.000001e-6
        )
    if kind in _ROUGH:
        tolerance = 1e-6 if kind == "real" else 1e-12
        return isinstance(given, (int, float)) and math.isclose(float(wanted), given, rel_tol=tolerance, abs_tol=1e-6)
    if kind in ("date", "time", "datetime", "datetime2", "smalldatetime", "datetimeoffset"):
        return _moment(wanted) == _moment(str(given))
    return str(given).rstrip(" ") == wanted.rstrip(" ")


def _moment(text: str) -> tuple | None:
    match = _MOMENT.match(text.replace("T", " "))
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    if year:
        datetime(int(year), int(month), int(day))
    return (year, month, day, hour or "00", minute or "00", second or "00", (fraction or "").ljust(7, "0"), offset)


def kind_of_case(case: dict) -> str:
    """The first function or word of a case: its kind in the listing."""
    match = re.search(r"[a-z_]\w*", re.sub(r"^\s*select\s*|\(|/\*.*?\*/", "", case["sql"].lower(), flags=re.S))
    return match.group() if match else "operators"


def main() -> None:
    found = measure(read_values(Path(sys.argv[1])))
    counts: dict[str, Counter] = {}
    for name in ("right", "wrong", "refused"):
        for case in getattr(found, name):
            counts.setdefault(kind_of_case(case if name == "right" else case[0]), Counter())[name] += 1
    if "--kinds" in sys.argv:
        for kind, count in sorted(counts.items()):
            print(f"  {kind}: {dict(count)}")
    for name in ("wrong", "refused"):
        if f"--{name}" in sys.argv:
            for case, given in getattr(found, name):
                print(name, case["sql"].replace("\n", " ")[:170], case.get("types"), case.get("rows"), "GAVE", given)
    print(found.line())


if __name__ == "__main__":
    main()
