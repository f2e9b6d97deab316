"""The tables that come along with those of a deal: its document or lines, partner, goods; and who gives names."""

from __future__ import annotations

from collections.abc import Sequence

from vgpt2.catalog.finding.index import COPIES, Index
from vgpt2.catalog.finding.wanted import Wanted

# What comes along, in shares of what the words say of the best table: document or lines of what is chosen, the table
# with its names, what it or its goods are sorted by, what kind of a join it is.
WHOLE, NAMES, CLASSES, KINDS = 0.9, 0.5, 0.5, 0.35


def followers(index: Index, wanted: Wanted, chosen: Sequence[int]) -> dict[int, float]:
    """What chosen tables do not say and the question asks for, with what it is worth."""
    deals, beside = index.deals, index.companions
    found = {kind: KINDS for place in chosen for kind in beside.kinds.get(place, ())}
    found |= {beside.names[place]: NAMES for place in chosen if place in beside.names}
    deal = deals.of[next(iter(wanted.deals[0]))] if wanted.deals else None
    of = [place for place in chosen if deal and place in deal.says]
    for place in of:
        found |= {whole: WHOLE for whole in (deals.documents.get(place), deals.lines.get(place)) if whole is not None}
    if wanted.classes:
        sorts = [place for place in chosen if any(place in one.partners for one in deals.of.values())]
        sorts += list(dict.fromkeys(deals.goods[place] for place in of if place in deals.goods))
        for place in sorts:
            while place in beside.classes and beside.classes[place] not in found:
                place = beside.classes[place]
                found[place] = CLASSES
    return {place: share for place, share in found.items() if place not in chosen and index.prior[place] > COPIES}


def ways(index: Index, wanted: Wanted) -> set[int]:
    """The documents and lines of the deals that a question wants, and their partners: what lies between two of these
    belongs to what was asked."""
    names = {name for deal in wanted.deals for name in deal}
    return {place for name in names for place in (*index.deals.of[name].says, *index.deals.of[name].partners)}
