"""Which file of curated questions a database has; light, for it is asked before every run."""

from __future__ import annotations

from pathlib import Path

from vgpt2.database_settings import DatabaseSettings


def curated_file(database: DatabaseSettings, source: str, root: Path) -> Path | None:
    """The curated file that a database's settings name, unless its questions are about another source than this one.

    Args:
        source: what the catalog was read from, as the user gave it.
        root: where relative paths of the settings begin.
    """
    if not database.curated_suite:
        return None
    about = database.curated_for
    if about and Path(source).resolve() != (root / about).resolve():
        return None
    return root / database.curated_suite
