"""Write what the documents repeat of the code: scripts and their options, settings, a run's files, the rooms.

**Reads** the help of each script; the types of the settings with the words of their YAML; the types of the catalog, a
suite's row, an exam result, a gate and an audit report, and the first lines of the rooms, in `scripts/vgpt2/`; the
layers in `pyproject.toml`.
**Writes** into `docs/reference/` `scripts.md`, `settings.md` and for each kind of file `<name>.schema.json` (JSON
Schema 2020-12), and the marked parts of `docs/architecture.md`. With `--check` nothing: it ends with exit code 1 where
a file is not what it would write.
**Run as** `python scripts/write_reference.py`
"""

from __future__ import annotations

import ast
import itertools
import re
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from vgpt2.cli import FOLDER, click, closing_line

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "scripts" / "vgpt2"


@click.command(help=__doc__)
@click.option(
    "--docs", type=FOLDER, default=ROOT / "docs", help="another folder than docs, with its own architecture.md"
)
@click.option("--check", is_flag=True, help="write nothing, only compare")
def main(docs: Path, check: bool) -> None:
    """Make the texts, then write or compare."""
    from vgpt2.errors import GateError
    from vgpt2.files import json_line, read_text, write_text
    from vgpt2.reference import scripts, settings

    page = docs / "architecture.md"
    reference = docs / "reference"
    texts = {reference / f"{name}.schema.json": json_line(value, 1).decode() for name, value in schemas().items()}
    texts[reference / "scripts.md"] = scripts.page(ROOT / "scripts")
    texts[reference / "settings.md"] = settings.page()
    texts[page] = with_parts(read_text(page), {"layers": layers(), "rooms": rooms()}, page)
    stale = [path for path, text in texts.items() if not path.exists() or read_text(path) != text]
    if check and stale:
        names = ", ".join(str(path.relative_to(docs)) for path in stale)
        raise GateError(f"{docs}: {names}: not what the code says; run make reference")
    for path in stale:
        write_text(path, texts[path])
    closing_line("write_reference", f"{len(texts)} files, {len(stale)} of them new or changed -> {docs}")


# ---- Rooms ---------------------------------------------------------------------------------------------------------


def with_parts(text: str, parts: dict[str, str], page: Path) -> str:
    """The page with what stands between its markers `<!-- name` and `<!-- /name` replaced."""
    from vgpt2.errors import UserError

    for name, part in parts.items():
        found = re.fullmatch(rf"(.*<!-- {name}\b[^\n]*\n).*?(<!-- /{name} -->.*)", text, re.DOTALL)
        if not found:
            raise UserError(f"{page}: the marks of '{name}' are missing: <!-- {name} --> and <!-- /{name} -->")
        text = f"{found[1]}{part}{found[2]}"
    return text


def layer_names() -> list[list[str]]:
    """The names of each layer, the highest first: those of the contract that `make lint` keeps."""
    with (ROOT / "pyproject.toml").open("rb") as handle:
        contracts = tomllib.load(handle)["tool"]["importlinter"]["contracts"]
    lines = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [[name.strip() for name in line.split(":")] for line in lines]


def layers() -> str:
    """The picture that GitHub draws: each layer with arrows to the next."""
    lines = [" & ".join(names) for names in layer_names()]
    arrows = [f"    {above} --> {below}" for above, below in itertools.pairwise(lines)]
    return "\n".join(["```mermaid", "flowchart TD", *arrows, "```", ""])


def rooms() -> str:
    """A table: each room, and each within it, with the first line of its docstring."""
    rows = []
    for name in itertools.chain.from_iterable(layer_names()):
        folder = LIBRARY / name
        files = sorted(folder.rglob("__init__.py")) if folder.is_dir() else [folder.with_suffix(".py")]
        for file in files:
            path = file.relative_to(LIBRARY)
            shown = f"{path.parent.as_posix()}/" if path.name == "__init__.py" else str(path)
            text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
            rows.append(f"| `{shown}` | {text.partition(chr(10))[0]} |")
    return "\n".join(["| room | holds |", "|---|---|", *rows, ""])


# ---- Schemas -------------------------------------------------------------------------------------------------------


def schemas() -> dict[str, dict[str, Any]]:
    """The schemas by name of file."""

    from vgpt2.audit import artefacts as audit
    from vgpt2.catalog import store
    from vgpt2.exam import artefacts as exam
    from vgpt2.exam.model import Gold, Question
    from vgpt2.exam.tolerance import Tolerance
    from vgpt2.exam.verdict import artefacts as verdict
    from vgpt2.records.facts import Fact
    from vgpt2.tsql.rows.held import Held

    for module in (store, exam, verdict, audit):
        close_typed_dicts(module)
    for kind in (Question, Gold, Fact, Held, Tolerance):
        write_all_fields(kind)
    kinds = {
        "catalog": store.CatalogFile,
        "suite-row": Question,
        "exam-result": exam.ExamResult,
        "exam-times": exam.ExamTimes,
        "gate": verdict.Gate,
        "audit-report": audit.AuditReport,
    }
    named = {**vars(store), "Gold": Gold, "Fact": Fact, "Held": Held, "Tolerance": Tolerance}
    return {name: schema_of(kind, name, named) for name, kind in kinds.items()}


def close_typed_dicts(module: ModuleType) -> None:
    """Of a module's TypedDicts: no further keys, and the text below a key is its description."""
    from pydantic import ConfigDict, with_config
    from typing_extensions import is_typeddict

    for kind in vars(module).values():
        if is_typeddict(kind):
            with_config(ConfigDict(extra="forbid", use_attribute_docstrings=True))(kind)


def write_all_fields(kind: type) -> None:
    """A dataclass that `dataclasses.asdict` writes whole: a field with a default is there too."""
    from pydantic import ConfigDict, with_config

    with_config(ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True))(kind)


def schema_of(kind: Any, name: str, named: dict[str, Any]) -> dict[str, Any]:
    """The schema of a type. `named`: the dataclasses within it, whose docstrings pydantic leaves alone."""
    from pydantic import TypeAdapter
    from pydantic.json_schema import GenerateJsonSchema
    from typing_extensions import is_typeddict

    class Plain(GenerateJsonSchema):
        """Without a title for each key: it says again what the key says."""

        def field_title_should_be_set(self, schema: Any) -> bool:
            return False

    # Of a dataclass what is written counts; a TypedDict is the same read and written.
    mode: Literal["serialization", "validation"] = "validation" if is_typeddict(kind) else "serialization"
    schema = TypeAdapter(kind).json_schema(schema_generator=Plain, mode=mode)
    describe_inherited(kind, schema)
    for title, part in ((name, schema), *schema.get("$defs", {}).items()):
        part["title"] = title
        part["additionalProperties"] = False
        text = part.get("description") or (kind if part is schema else named[title]).__doc__
        part["description"] = " ".join(text.split())
    # What it is comes first, its parts last.
    order = ("title", "description", "type", "required", "additionalProperties", "properties", "$defs")
    return {"$schema": GenerateJsonSchema.schema_dialect} | {key: schema[key] for key in order if key in schema}


def describe_inherited(kind: Any, schema: dict[str, Any]) -> None:
    """The descriptions of keys that a TypedDict has from others: pydantic reads those of its own only."""
    from pydantic import TypeAdapter
    from typing_extensions import get_original_bases, is_typeddict

    for base in filter(is_typeddict, get_original_bases(kind) if is_typeddict(kind) else ()):
        above = TypeAdapter(base).json_schema()
        describe_inherited(base, above)
        for key, value in above["properties"].items():
            if "description" in value:
                schema["properties"][key].setdefault("description", value["description"])


if __name__ == "__main__":
    main()
