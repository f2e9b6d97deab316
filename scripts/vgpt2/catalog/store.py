"""catalog.json: one object a line, so that two catalogs can be compared with diff and one table be found with grep."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

# Not typing's: pydantic, which writes the schemas, reads that one from Python 3.12 on only.
from typing_extensions import TypedDict

from vgpt2.catalog.model import (
    Catalog,
    Column,
    Difference,
    Document,
    ForeignKey,
    FormField,
    Index,
    Join,
    Key,
    Meaning,
    Parameter,
    Routine,
    Sequence,
    SqlMix,
    Table,
    Trigger,
    Unread,
)
from vgpt2.database_settings import DatabaseSettings
from vgpt2.errors import UserError
from vgpt2.files import read_json, write_text
from vgpt2.settings import CONFIGS, load_database

FORMAT: Final = 2


class CatalogFile(TypedDict):
    """One database: what exists in it, and where each fact comes from (`catalog.json`).

    An object is named `schema.name`, as the sources write it. Fields at their defaults are left out.
    """

    format: Literal[2]
    database: DatabaseSettings
    """The database's YAML, with its defaults."""
    counts: dict[str, int]
    """How many there are of each kind."""
    types: dict[str, str]
    """User-defined types and what they come down to."""
    sql_mix: SqlMix
    """What the database's own SELECTs are made of."""
    tables: list[Table]
    """Tables and views."""
    foreign_keys: list[ForeignKey]
    joins: list[Join]
    routines: list[Routine]
    """Procedures and functions."""
    triggers: list[Trigger]
    documents: list[Document]
    form_fields: list[FormField]
    sequences: list[Sequence]
    table_types: list[Table]
    """Types of table variables and parameters (`CREATE TYPE ... AS TABLE`)."""
    meanings: list[Meaning]
    """What people call things, by the database's own code and comments."""
    differences: list[Difference]
    unread: list[Unread]


# The lists, in the order of the file.
_LISTS: dict[str, type] = {
    name: get_args(kind)[0] for name, kind in get_type_hints(CatalogFile).items() if get_origin(kind) is list
}
_ADDED = frozenset(("table_types",))  # not in catalogs of before
_NESTED = {"columns": Column, "keys": Key, "indexes": Index, "parameters": Parameter}


def save(catalog: Catalog, path: str | Path) -> None:
    """Write a catalog; fields at their defaults are left out. The same catalog gives the same bytes."""
    write_text(path, text(catalog))


def text(catalog: Catalog) -> str:
    """A catalog as its file holds it."""
    plain = _Plain()
    lines = [
        f'"format": {FORMAT}',
        f'"database": {_dump(catalog.database.model_dump())}',
        f'"counts": {_dump(catalog.counts())}',
        f'"types": {_dump(dict(sorted(catalog.types.items())))}',
        f'"sql_mix": {_dump({"queries": catalog.sql_mix.queries, "shares": catalog.sql_mix.shares})}',
    ]
    for name in _LISTS:
        items = [_dump(plain(item)) for item in getattr(catalog, name)]
        lines.append(f'"{name}": [' + "".join(f"\n{item}," for item in items)[:-1] + "\n]")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def load(path: str | Path) -> Catalog:
    """Read a catalog that `save` wrote.

    Raises:
        UserError: missing, not JSON, or of another format than this version writes.
    """
    data = read_json(path)
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        found = data.get("format") if isinstance(data, dict) else type(data).__name__
        raise UserError(f"{path}: catalog format {found!r}, this version reads {FORMAT}; run extract_catalog.py again")
    try:
        data.setdefault("meanings", [])  # older catalogs have none
        parts = {name: [_make(kind, item) for item in _items(data, name)] for name, kind in _LISTS.items()}
        mix = SqlMix(**data.get("sql_mix", {}))  # older catalogs have none
        return Catalog(database=_settings(data["database"]), types=data["types"], sql_mix=mix, **parts)
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(f"{path}: not a whole catalog ({error}); run extract_catalog.py again") from None


def _items(data: dict[str, Any], name: str) -> list[dict]:
    return data.get(name, []) if name in _ADDED else data[name]


def _settings(values: dict[str, Any]) -> DatabaseSettings:
    """The settings inside a catalog. Before word lists travelled there, those of the project's own databases stood in
    the code: a catalog of then takes them from the project's file of its name, and so means what it meant."""
    database = DatabaseSettings(**values)
    own = {path.stem: path for path in (CONFIGS / "databases").glob("*.yaml")}
    if "abbreviations" in values or database.name not in own:
        return database
    return load_database(own[database.name]).model_copy(update={key: getattr(database, key) for key in values})


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _make(kind: type, item: dict) -> Any:
    for name, nested in _NESTED.items():
        # ForeignKey and Index have `columns` that are names.
        if name in item and item[name] and isinstance(item[name][0], dict):
            item[name] = [nested(**part) for part in item[name]]
    return kind(**item)


class _Plain:
    """Dataclasses as dictionaries without what is at its default; `dataclasses.asdict` copies deeply and is slow."""

    def __init__(self) -> None:
        self._shapes: dict[type, list[tuple[str, Any]]] = {}

    def __call__(self, item: Any) -> dict:
        shape = self._shapes.get(type(item))
        if shape is None:
            shape = self._shapes[type(item)] = [(field.name, self._default(field)) for field in fields(item)]
        found = {}
        for name, default in shape:
            value = getattr(item, name)
            if default is MISSING or value != default:
                if isinstance(value, list) and value and not isinstance(value[0], str | list):
                    value = [self(part) for part in value]
                found[name] = value
        return found

    @staticmethod
    def _default(field: Any) -> Any:
        return field.default_factory() if field.default_factory is not MISSING else field.default
