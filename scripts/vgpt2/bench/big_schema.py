"""A made-up schema of any size as scripts, one object a file, in the manner of a real Vista database.

Composite keys, user-defined types, views on base tables, few foreign keys, procedures of some kilobytes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MODULES = "AP AR CM EM GL HQ HR IN JC MS PM PO PR SL SM".split()
TYPES = {
    "bCompany": "tinyint", "bMonth": "smalldatetime", "bTrans": "int", "bDollar": "numeric(12,2)",
    "bDate": "smalldatetime", "bDesc": "varchar(30)", "bVendor": "int", "bJob": "varchar(10)", "bYN": "char(1)",
    "bUnits": "numeric(12,3)",
}  # fmt: skip
WORDS = """Invoice Vendor Job Phase Cost Amount Tax Group Line Batch Units Rate Hold Pay Check Memo Ship Bill Item
    Order""".split()
# A made-up procedure is put together of these. {a} and {b}: two views; {key}, {flag}: columns of the first.
STEPS = (
    "IF @co IS NULL\n    BEGIN\n    SELECT @msg = 'Missing company', @rcode = 1\n    GOTO bspexit\n    END\n",
    "SELECT @n = COUNT(*) FROM dbo.{a} a WITH (NOLOCK)\nJOIN dbo.{b} b WITH (NOLOCK) ON {on}\n"
    "WHERE a.{key} = @co AND a.{flag} = 'Y' -- only what is open\n",
    "UPDATE dbo.b{a} SET {flag} = 'N' WHERE {key} = @co AND {flag} = 'Y'\nIF @@rowcount = 0 SELECT @rcode = 1\n",
    "INSERT dbo.b{a} ({keys})\nSELECT {keys} FROM dbo.b{a} WHERE {key} = @co\n"
    "/* the batch is closed by its own procedure,\n   which is called from the form */\n",
)
# A real Vista has about one SELECT a procedure.
WEIGHTS = (40, 2, 8, 6)


@dataclass(frozen=True)
class Size:
    """How many of each to make; `procedure_bytes` is the mean length of a procedure."""

    tables: int = 1500
    views: int = 2200
    columns: int = 25_000
    procedures: int = 6500
    procedure_bytes: int = 7850


def write_schema(folder: Path, size: Size, seed: int = 1) -> int:
    """Write the files; returns their bytes. The same seed gives the same bytes."""
    total = 0
    for name, text in schema_files(size, seed):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = text.encode()
        path.write_bytes(data)
        total += len(data)
    return total


def schema_files(size: Size, seed: int) -> Iterator[tuple[str, str]]:
    """Name and text of every file."""
    rng = random.Random(seed)
    for name, base in TYPES.items():
        yield f"Types/dbo.{name}.sql", f"CREATE TYPE [dbo].[{name}] FROM {base} NOT NULL\nGO\n"
    tables: list[tuple[str, str, list[str], list[str]]] = []
    width = max(5, size.columns // size.tables)
    extra = size.columns - width * size.tables
    for number in range(size.tables):
        module = MODULES[number % len(MODULES)]
        keys = [f"{module}Co", "Mth", f"{module}Trans"][: 1 + number // len(MODULES) % 3]
        count = width + (number < extra)
        others = [f"{rng.choice(WORDS)}{rng.choice(WORDS)}{at}" for at in range(count - len(keys))]
        table = (f"b{module}{number:04}", module, keys, [*keys, *others])
        tables.append(table)
        yield f"Tables/dbo.{table[0]}.sql", _table(table, tables, rng)
    for number in range(size.views):
        yield _view(number, tables, rng)
    for number in range(size.procedures):
        yield _procedure(number, tables, size.procedure_bytes, rng)


def _table(table: tuple, tables: list[tuple], rng: random.Random) -> str:
    name, _, keys, columns = table
    lines = []
    for column in columns:
        kind = "bCompany" if column.endswith("Co") and column in keys else rng.choice(list(TYPES))
        lines.append(f"[{column}] [dbo].[{kind}] {'NOT NULL' if column in keys else 'NULL'}")
    text = f"CREATE TABLE [dbo].[{name}]\n(\n" + ",\n".join(lines) + "\n) ON [PRIMARY]\n"
    checked = columns[-1]
    text += f"ALTER TABLE [dbo].[{name}] ADD CONSTRAINT [CK_{name}] CHECK (([{checked}]='Y' OR [{checked}]='N'))\n"
    index = ", ".join(f"[{key}]" for key in keys)
    text += f"CREATE UNIQUE CLUSTERED INDEX [bi{name}] ON [dbo].[{name}] ({index}) ON [PRIMARY]\n"
    same = [other for other in tables[-60:-1] if other[2] == keys[: len(other[2])] and len(other[2]) < len(keys)]
    if same and rng.random() < 0.3:
        other = rng.choice(same)
        to = ", ".join(f"[{key}]" for key in other[2])
        foreign = f"FK_{name}_{other[0]}"
        text += (
            f"ALTER TABLE [dbo].[{name}] WITH NOCHECK ADD CONSTRAINT [{foreign}] FOREIGN KEY ({to}) "
            f"REFERENCES [dbo].[{other[0]}] ({to})\nALTER TABLE [dbo].[{name}] NOCHECK CONSTRAINT [{foreign}]\n"
        )
    return text + "GO\n"


def _view(number: int, tables: list[tuple], rng: random.Random) -> tuple[str, str]:
    if number < len(tables):
        base = tables[number][0]
        return f"Views/dbo.{base[1:]}.sql", f"CREATE VIEW [dbo].[{base[1:]}] AS SELECT a.* FROM {base} a\nGO\n"
    left = rng.choice(tables)
    right = _partner(left, tables, rng)
    name = f"v{left[1]}Joined{number}"
    columns = [f"a.{column}" for column in left[3][:6]] + [f"b.{column} AS R{column}" for column in right[3][-4:]]
    shown = ", ".join(columns)
    text = (
        f"CREATE VIEW [dbo].[{name}] AS\nSELECT {shown}, CASE WHEN a.{left[3][-1]} = 'Y' THEN 1 ELSE 0 END AS Flag\n"
        f"FROM dbo.{left[0][1:]} a\nJOIN dbo.{right[0][1:]} b ON {_on(left, right)}\nGO\n"
    )
    return f"Views/dbo.{name}.sql", text


def _partner(left: tuple, tables: list[tuple], rng: random.Random) -> tuple:
    near = [table for table in tables if table[1] == left[1] and table is not left]
    return rng.choice(near or tables)


def _on(left: tuple, right: tuple) -> str:
    shared = [key for key in left[2] if key in right[2]] or left[2][:1]
    return " AND ".join(f"a.{key} = b.{key}" for key in shared)


def _procedure(number: int, tables: list[tuple], length: int, rng: random.Random) -> tuple[str, str]:
    left = rng.choice(tables)
    name, view = f"bsp{left[1]}Proc{number}", left[0][1:]
    parts = [
        f"CREATE PROCEDURE [dbo].[{name}]\n/***** Checks what was entered for {view} before it is posted. *****/\n"
        "(@co bCompany = NULL, @mth bMonth = NULL, @msg varchar(255) OUTPUT)\nAS\nSET NOCOUNT ON\n"
        "DECLARE @rcode int, @n int\nSELECT @rcode = 0\n"
    ]
    wanted = rng.randint(length // 2, length + length // 2)
    size = len(parts[0])
    while size < wanted:
        right = _partner(left, tables, rng)
        names = {"a": view, "b": right[0][1:], "on": _on(left, right), "key": left[2][0], "flag": left[3][-1]}
        parts.append(rng.choices(STEPS, WEIGHTS)[0].format(**names, keys=", ".join(left[2])))
        size += len(parts[-1])
    parts.append("bspexit:\nRETURN @rcode\nGO\n")
    return f"Stored Procedures/dbo.{name}.sql", "".join(parts)
