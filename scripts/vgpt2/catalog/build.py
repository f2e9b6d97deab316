"""A catalog from whatever SOURCE is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vgpt2.catalog.cache import Cache
from vgpt2.catalog.finish import finish
from vgpt2.catalog.model import Catalog
from vgpt2.catalog.readers.dacpac.reader import SUFFIXES, read_dacpac
from vgpt2.catalog.readers.draft import Draft
from vgpt2.catalog.readers.folder.reader import columns_file, read_folder
from vgpt2.catalog.readers.merge import merge_scripts
from vgpt2.catalog.readers.scripted.files import script_files
from vgpt2.catalog.readers.scripted.reader import read_scripts
from vgpt2.catalog.recognise import note, recognise
from vgpt2.database_settings import DatabaseSettings
from vgpt2.errors import UserError

SERVER = "mssql://"
FORMS = "a VGPT2 folder, a folder of .sql files, one .sql file or a .dacpac"


@dataclass
class Reading:
    """A catalog, the form of its source (`VGPT2 folder`, `scripts`, `data-tier application`, `server`), the optional
    files that were not there, and notes on how it was read."""

    catalog: Catalog
    form: str
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(
    source: str | Path,
    database: DatabaseSettings,
    scripts: str | Path | None = None,
    cache: Path | None = None,
    database_name: str = "",
    known: Sequence[DatabaseSettings] = (),
    guess: str = "",
) -> Reading:
    """Read a source with the reader that fits it.

    Args:
        database: its settings, or those of any database where it is none of `known`.
        source: a VGPT2 folder, a folder of scripts, one script, a `.dacpac`, or `mssql://server/database`.
        scripts: scripts of the same database beside it; where the two disagree the scripts are right.
        database_name: which database, where the scripts make several.
        known: settings of databases that are known by their tables: taken instead where these are there.
        guess: the name of that one of them which is likely.
        cache: file in which to keep what was read, so that a second run reads only what has changed.

    Raises:
        UserError: a source is not there, holds nothing readable, or a file in it is broken.
    """
    kept = Cache(cache, database.encoding)
    draft, form = _draft_of(source, database, kept, database_name)
    if found := recognise(draft, known, guess):
        database = found[0]
        kept = Cache(cache, database.encoding) if database.encoding else kept
        draft, form = _draft_of(source, database, kept, database_name)
        draft.notes.append(note(*found))
    if scripts is not None:
        second, _ = _draft_of(scripts, database, kept, database_name)
        merge_scripts(draft, second)
        form += " and scripts"
    reading = Reading(finish(draft, kept), form, draft.missing, draft.notes)
    kept.save()
    return reading


def _draft_of(source: str | Path, database: DatabaseSettings, cache: Cache, database_name: str) -> tuple[Draft, str]:
    draft = Draft(database)
    if str(source).startswith(SERVER):
        from vgpt2.catalog.readers.server.reader import read_server

        read_server(draft, str(source))
        return draft, "server"
    source = Path(source)
    if not source.exists():
        raise UserError(f"SOURCE={source}: not there; give {FORMS}")
    if source.is_file() and source.suffix.lower() in SUFFIXES:
        read_dacpac(draft, source)
        return draft, "data-tier application"
    if source.is_dir() and columns_file(source):
        read_folder(draft, source)
        return draft, "VGPT2 folder"
    if source.is_dir() and not script_files(source):
        raise UserError(
            f"SOURCE={source}: nothing readable in it; expected Viewpoint_Database/_Metadata/columns.json or .sql files"
        )
    if source.is_file() and source.suffix.lower() != ".sql":
        raise UserError(f"SOURCE={source}: neither .sql nor .dacpac; give {FORMS}")
    read_scripts(draft, source, cache, database_name)
    if not draft.tables:
        why = f" ({draft.unread[0].construct}: {draft.unread[0].file})" if draft.unread else ""
        raise UserError(
            f"SOURCE={source}: no CREATE TABLE or CREATE VIEW found in its .sql files{why}; is it the right folder?"
        )
    return draft, "scripts"


def build(source: str | Path, database: DatabaseSettings) -> Catalog:
    """The catalog of a source; see `read`."""
    return read(source, database).catalog
