"""A catalog from whatever SOURCE is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from vgpt2.catalog.draft import Draft
from vgpt2.catalog.finish import finish
from vgpt2.catalog.folder.reader import columns_file, read_folder
from vgpt2.catalog.model import Catalog
from vgpt2.catalog.scripted.reader import read_scripts, script_files
from vgpt2.errors import UserError
from vgpt2.settings import DatabaseSettings


@dataclass
class Reading:
    """A catalog, the form of its source (`VGPT2 folder` or `scripts`), and the optional files that were not there."""

    catalog: Catalog
    form: str
    missing: list[str] = field(default_factory=list)


def read(source: str | Path, database: DatabaseSettings) -> Reading:
    """Read a source with the reader that fits it.

    Raises:
        UserError: the source is not there, holds nothing readable, or a file in it is broken.
    """
    source = Path(source)
    draft = Draft(database)
    if not source.exists():
        raise UserError(f"SOURCE={source}: not there; give a VGPT2 folder, a folder of .sql files or one .sql file")
    if source.is_dir() and columns_file(source):
        form = "VGPT2 folder"
        read_folder(draft, source)
    elif source.is_dir() and not script_files(source):
        raise UserError(
            f"SOURCE={source}: nothing readable in it; expected Viewpoint_Database/_Metadata/columns.json or .sql files"
        )
    elif source.is_file() and source.suffix.lower() != ".sql":
        raise UserError(
            f"SOURCE={source}: not a .sql file; give a VGPT2 folder, a folder of .sql files or one .sql file"
        )
    else:
        form = "scripts"
        read_scripts(draft, source)
        if not draft.tables:
            raise UserError(
                f"SOURCE={source}: no CREATE TABLE or CREATE VIEW found in its .sql files; is it the right folder?"
            )
    return Reading(finish(draft), form, draft.missing)


def build(source: str | Path, database: DatabaseSettings) -> Catalog:
    """The catalog of a source; see `read`."""
    return read(source, database).catalog
