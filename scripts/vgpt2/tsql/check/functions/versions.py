"""What of the grammar of a SELECT a version of SQL Server has not yet."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from vgpt2.database_settings import Strict
from vgpt2.tsql.check.functions.signatures import Server
from vgpt2.yaml_file import read_yaml_file


class Feature(Strict):
    """How a form is written in a message, and since when it is there."""

    written: str
    since: int
    level: int = 0


def read_features(path: Path) -> dict[str, Feature]:
    """The file of forms by name.

    Raises:
        UserError: a fault in it, with its line and key.
    """
    return read_yaml_file(path).check(dict[str, Feature])


@cache
def features() -> dict[str, Feature]:
    """Those of T-SQL."""
    return read_features(Path(__file__).with_name("versions.yaml"))


@cache
def lacking(server: Server) -> dict[str, str]:
    """The forms that a version has not, each with the message that says so; empty for the newest."""
    found = {name: server.lacks(one.since, one.level, one.written) for name, one in features().items()}
    return {name: message for name, message in found.items() if message}
