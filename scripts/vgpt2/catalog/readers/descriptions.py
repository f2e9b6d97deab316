"""Descriptions from many sources, each put where it belongs."""

from __future__ import annotations

from vgpt2.catalog.model import Column, Parameter, Routine, Table, Trigger
from vgpt2.catalog.readers.draft import Draft


def apply_descriptions(draft: Draft) -> None:
    """Put the collected descriptions where they belong.

    The first about a thing wins, labels of form fields come after documents and properties, and each is better than
    a header comment or what a view's column has of its table's. May be called again when more is known.
    """
    described: set[tuple] = set()
    for parts, text, source in sorted(draft.descriptions, key=lambda item: item[2].startswith("form field")):
        key = draft.key(parts[0], parts[1])
        table = draft.tables.get(key)
        target: Table | Routine | Trigger | Column | Parameter | None
        if len(parts) == 2:
            target = table or draft.routines.get(key) or draft.triggers.get(key)
        elif table:
            target = draft.column(table, parts[2])
        else:
            routine = draft.routines.get(key)
            named = routine.parameters if routine else []
            target = next((item for item in named if item.name.lower() == parts[2].lower()), None)
        place = (key, *parts[2:])
        if target is None or place in described:
            continue
        described.add(place)
        target.description = text
        if isinstance(target, Table | Routine | Column):
            target.description_source = source
