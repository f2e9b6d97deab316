"""Joins that are proved and yet no use: by who touched a row last, or by keys of other names that nobody joins by."""

from __future__ import annotations

from dataclasses import replace

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.lookup import join_text
from vgpt2.catalog.model import Catalog, Join, Table
from vgpt2.synthesis.columns import touched_by


def is_weak(catalog: Catalog, join: Join) -> bool:
    """Whether a join is one that nobody would ask by."""
    if join.uses == 0 and join.origin == "shared_key" and join.left_columns != join.right_columns:
        companies = catalog.company_names
        pairs = zip(join.left_columns, join.right_columns, strict=True)
        if any(a != b and not {a, b} <= companies for a, b in pairs):
            return True
    return _by_toucher(catalog, join) or _is_of_another(catalog, join)


def _is_of_another(catalog: Catalog, join: Join) -> bool:
    """Whether nobody uses a join by a shared key whose columns refer, by a foreign key, to another table: the
    department of a machine is one of equipment, whatever other departments have numbers like it."""
    if join.uses or join.origin != "shared_key" or not join.many_side:
        return False

    def own(other: Join) -> set[str]:
        columns = other.left_columns if other.left == join.many_side else other.right_columns
        return set(columns) - catalog.company_names

    ends = {join.left, join.right}
    declared = [other for other in catalog.joins_of(join.many_side) if other.origin == "foreign_key"]
    return any({other.left, other.right} != ends and own(join) == own(other) != set() for other in declared)


def is_only_way(catalog: Catalog, join: Join) -> bool:
    """Whether a question that names the two tables can mean this join only: it goes by columns of one name, or there is
    no other; an order and a person are joined by who sold it, who picked it and whom to call."""
    if join.left_columns == join.right_columns:
        return True
    both = {join.left, join.right}
    ways = {
        frozenset(
            zip(
                *(
                    (other.left_columns, other.right_columns)
                    if other.left == join.left
                    else (other.right_columns, other.left_columns)
                ),
                strict=True,
            )
        )
        for other in catalog.joins_of(join.left)
        if {other.left, other.right} == both and not _by_toucher(catalog, other)
    }
    return len(ways) == 1


def _by_toucher(catalog: Catalog, join: Join) -> bool:
    return all(touched_by(name_words(name, catalog.database).lower()) for name in join.left_columns)


def other_ways(catalog: Catalog, left: Table, right: Table, best: Join) -> list[str]:
    """By what else two tables are joined, seen from `left`: the customer who is billed beside the one who ordered; not
    who touched a row last, and no part of the best way, as its month."""
    known = set(zip(best.left_columns, best.right_columns, strict=True))
    found: dict[str, None] = {}
    for join in catalog.joins_of_both(left.qualified, right.qualified):
        turned = join.left != left.qualified
        own, far = (join.right_columns, join.left_columns) if turned else (join.left_columns, join.right_columns)
        pairs = set(zip(own, far, strict=True))
        declared = join.origin == "foreign_key" and not is_weak(catalog, join)
        if declared and not pairs <= known and not known <= pairs:
            found[join_text(replace(join, left=left.qualified, left_columns=own, right_columns=far))] = None
    return list(found)
