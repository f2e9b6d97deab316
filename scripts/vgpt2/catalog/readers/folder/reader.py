"""A VGPT2 folder: where its files are, and in which order they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from vgpt2.catalog.readers.draft import Draft
from vgpt2.catalog.readers.encoding import decode
from vgpt2.catalog.readers.folder import documents, metadata
from vgpt2.catalog.readers.folder.rows import Row, rows_of
from vgpt2.errors import UserError

COLUMNS = (
    "_Metadata/columns.json",
    "_MetadataV2/_data/columns.json",
    "structured_docs/schema/columns.json",
)
# What is read, in this order: the reader of one row, and where the file may be. All of it is optional.
_JSON: tuple[tuple[Callable[[Draft, Row, str], None], tuple[str, ...]], ...] = (
    (metadata.read_type, ("_Metadata/types.json",)),
    (metadata.read_index, ("_Metadata/indexes.json", "Indexes/_data/indexes.json")),
    (metadata.read_constraint, ("Constraints/_data/*.json",)),
    (metadata.read_foreign_key, ("_Metadata/foreign_keys.json",)),
    (metadata.read_listed, ("_Metadata/_Viewpoint_ALL_Views_Tables_Complete.json",)),
    (metadata.read_form_field, ("_Metadata/DDFI.json",)),
    (metadata.read_recipe, ("_Relationship_Validation/03_Join_Recipes/*.json",)),
)
_TEXTS: tuple[tuple[Callable[[Draft, str, str, str], None], tuple[str, ...]], ...] = (
    (documents.read_table, ("Tables/**/*.md",)),
    (documents.read_view, ("View/View_Documentation/*.md",)),
    (documents.read_procedure, ("Stored_Procedures/SP_Documentation/*.md",)),
    (documents.read_function, ("Functions/Function_Documentation/*.md",)),
    (documents.read_trigger, ("Triggers/Trigger_Documentation/*.md",)),
    (documents.read_reference, ("_ai_orchestration/reference/*.md",)),
    (documents.read_heuristic, ("_ai_orchestration/heuristics/*.md",)),
    (documents.read_workflow, ("_ai_orchestration/workflows/*.md",)),
    (documents.read_report, ("Crystal_Reports_Documentation/_Extracted_SQL/Reformatted/*.sql",)),
    (documents.read_expert, ("Experts_V2/**/*.sql",)),
)


def roots(source: Path) -> list[Path]:
    """The folders in which files are looked for: `Viewpoint_Database/` and the folder in which it stands.

    SOURCE may be either of the two.
    """
    if (source / "Viewpoint_Database").is_dir():
        return [source / "Viewpoint_Database", source]
    return [source, source.parent] if source.name == "Viewpoint_Database" else [source]


def columns_file(source: Path) -> Path | None:
    """The one file that a VGPT2 folder needs, or None."""
    return next((path for name in COLUMNS for path in find(source, name)), None)


def find(source: Path, pattern: str) -> list[Path]:
    """The files of this pattern under the first root that has any, in a stable order."""
    for root in roots(source):
        found = sorted(path for path in root.glob(pattern) if path.is_file() and not path.name.startswith("."))
        if found:
            return found
    return []


def read_folder(draft: Draft, source: Path) -> None:
    """Read the whole folder into the draft; what is not there is named in `draft.missing`.

    Raises:
        UserError: a broken JSON file, or columns that name nothing.
    """
    path = columns_file(source)
    if path is None:
        raise UserError(f"{source}: no {COLUMNS[0]}; a VGPT2 folder needs it")
    primary = metadata.read_columns(draft, rows_of(path), path.name)
    if not draft.tables:
        raise UserError(f"{path}: names no column; each entry needs ObjectName and ColumnName")
    for reader, names in _JSON:
        for file in _existing(draft, source, names):
            for row in rows_of(file):
                reader(draft, row, _relative(source, file))
    metadata.add_marked_keys(draft, primary)
    for text_reader, names in _TEXTS:
        for file in _existing(draft, source, names):
            where = _relative(source, file)
            try:
                text = decode(file.read_bytes(), draft.database.encoding)
            except (ValueError, OSError) as error:
                draft.not_understood("file that cannot be read", where, 1, str(error))
                continue
            text_reader(draft, file.stem, text, where)


def _existing(draft: Draft, source: Path, names: tuple[str, ...]) -> Iterator[Path]:
    for name in names:
        found = find(source, name)
        if found:
            yield from found
            return
    draft.missing.append(names[0])


def _relative(source: Path, file: Path) -> str:
    for base in (source, source.parent):
        if file.is_relative_to(base):
            return file.relative_to(base).as_posix()
    return file.name
