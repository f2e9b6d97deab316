"""The miners' word lists, read once."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from vgpt2.database_settings import Pattern, Strict, Text
from vgpt2.yaml_file import read_yaml_file


class Messages(Strict):
    """errors.yaml."""

    own_table: list[Pattern]
    own_table_or_column: list[Pattern]
    looked_up: list[Pattern]
    looked_into: list[Pattern]
    column: list[Pattern]
    trigger_of: list[Pattern]
    title_ends: list[Text]
    holes: Pattern
    cut: Pattern
    no_thing: list[Text]
    actions: list[Text]

    def things(self, group: list[str], text: str) -> list[str]:
        """What the message names by the patterns of a group, as it is written."""
        found = (re.search(pattern, text, re.IGNORECASE) for pattern in group)
        return [re.split(self.cut, match["thing"] + " ", flags=re.I)[0].strip() for match in found if match]


class Headers(Strict):
    """headers.yaml."""

    purpose: list[Text]
    usage: list[Text]
    passed_over: list[Text]
    no_purpose: list[Pattern]
    called_from: Pattern
    opens: Pattern


@cache
def messages() -> Messages:
    """How messages name things."""
    return read_yaml_file(Path(__file__).with_name("errors.yaml")).check(Messages)


@cache
def headers() -> Headers:
    """How header comments are labelled."""
    return read_yaml_file(Path(__file__).with_name("headers.yaml")).check(Headers)
