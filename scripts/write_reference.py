"""Write the JSON Schemas of what a run leaves for others to read, from the types that the code writes it with.

**Reads** the types of the catalog, a suite's row, an exam result, a gate and an audit report, in `scripts/vgpt2/`.
**Writes** `<name>.schema.json` (JSON Schema 2020-12) for each, into `docs/reference/`; with `--check` nothing: it ends
with exit code 1 where a file is not what the code would write.
**Run as** `python scripts/write_reference.py`
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import click

from vgpt2.cli import FOLDER, closing_line

FOLDER_OF_SCHEMAS = Path(__file__).resolve().parents[1] / "docs" / "reference"


@click.command(help=__doc__)
@click.option("--output-dir", type=FOLDER, default=FOLDER_OF_SCHEMAS, help="another folder than docs/reference")
@click.option("--check", is_flag=True, help="write nothing, only compare")
def main(output_dir: Path, check: bool) -> None:
    """Make the schemas, then write or compare."""
    from vgpt2.errors import GateError
    from vgpt2.files import json_line, write_json

    made = schemas()
    if not check:
        for name, schema in made.items():
            write_json(output_dir / f"{name}.schema.json", schema)
        closing_line("write_reference", f"{len(made)} schemas ({', '.join(made)}) -> {output_dir}")
        return
    paths = {output_dir / f"{name}.schema.json": json_line(schema, 1) for name, schema in made.items()}
    stale = [path.name for path, text in paths.items() if not path.exists() or path.read_bytes() != text]
    if stale:
        raise GateError(f"{output_dir}: {', '.join(stale)}: not what the code writes; run make reference")
    closing_line("write_reference", f"{len(made)} schemas are what the code writes -> nothing written")


def schemas() -> dict[str, dict[str, Any]]:
    """The schemas by name of file."""
    from vgpt2.audit import artefacts as audit
    from vgpt2.catalog import store
    from vgpt2.exam import artefacts as exam
    from vgpt2.exam.model import Gold, Question
    from vgpt2.records.facts import Fact

    for module in (store, exam, audit):
        close_typed_dicts(module)
    for kind in (Question, Gold, Fact):
        write_all_fields(kind)
    kinds = {
        "catalog": store.CatalogFile,
        "suite-row": Question,
        "exam-result": exam.ExamResult,
        "gate": exam.Gate,
        "audit-report": audit.AuditReport,
    }
    named = {**vars(store), "Gold": Gold, "Fact": Fact}
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
