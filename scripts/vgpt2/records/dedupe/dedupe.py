"""Exact and near duplicates, further wordings of a family, and what the suite holds out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter

from vgpt2.records.dedupe.near import near_duplicates
from vgpt2.records.dedupe.traits import Traits


def find_dropped(traits: Sequence[Traits], text: Callable[[int], str]) -> dict[int, str]:
    """Which records of a set are dropped, by their number, with the reason.

    Of the same question (`exact`), of the same family (`family`), of queries that differ in literals only (`skeleton`)
    and of near duplicates (`near`) the better proved record stays, the first of equals. A refusal and its twin stay or
    go together (`twin_lost`), so that neither side outweighs the other.

    Args:
        text: the whole text of the record of a number; asked for more than once.
    """
    dropped = {number: one.held_out for number, one in enumerate(traits) if one.held_out}
    for reason, trait in (("exact", "question"), ("family", "family"), ("skeleton", "query")):
        best: dict[bytes | str, int] = {}
        for number, key in enumerate(map(attrgetter(trait), traits)):
            if number in dropped or not key:
                continue
            rival = best.setdefault(key, number)
            if rival == number:
                continue
            loser = number if traits[number].proofs <= traits[rival].proofs else rival
            best[key] = rival if loser == number else number
            dropped[loser] = reason
    # The better proved first: of two near duplicates the later one goes.
    left = sorted((number for number in range(len(traits)) if number not in dropped), key=lambda n: -traits[n].proofs)
    dropped |= {left[later]: "near" for _, later in near_duplicates(left, text)}
    families = {one.family for one in traits}
    left_families = {one.family for number, one in enumerate(traits) if number not in dropped}
    for number, one in enumerate(traits):
        if one.twin and number not in dropped and one.twin in families and one.twin not in left_families:
            dropped[number] = "twin_lost"
    return dropped
