"""The words by which people speak of sales and purchases, and databases of their documents: deals.yaml."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from vgpt2.database_settings import Strict, Text
from vgpt2.yaml_file import read_yaml_file


class Deal(Strict):
    """Sales, or purchases."""

    partners: list[Text]
    sides: list[Text]
    said: list[Text]


class DealWords(Strict):
    """The file."""

    deals: dict[Text, Deal]
    either: list[Text]
    costs: list[Text]
    hints: list[Text]
    alone: list[Text]
    figures: list[Text]
    days: list[Text]
    dated: list[Text]
    undated: list[Text]
    counted: list[Text]
    rates: list[Text]
    goods: list[Text]
    classes: list[Text]
    parts: list[Text]


def read_deal_words(path: Path) -> DealWords:
    """The file.

    Raises:
        UserError: a fault in it, with its line and key.
    """
    return read_yaml_file(path).check(DealWords)


@cache
def deal_words() -> DealWords:
    """The words that stand beside this file."""
    return read_deal_words(Path(__file__).with_name("deals.yaml"))


@cache
def told() -> frozenset[str]:
    """All words by which a question speaks of deals and of their days."""
    words = deal_words()
    of_deals = (word for deal in words.deals.values() for word in (*deal.sides, *deal.said))
    return frozenset((*of_deals, *words.either, *words.costs, *words.hints, *words.alone, *words.days))
