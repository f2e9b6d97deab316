"""From what programs say to words of tables, columns and values: names looked up, what is not sure left out.

A wrong word is worse than none. A label of a column is taken where the code puts it beside that column alone, or where
its words can be what the name is short for.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from vgpt2.catalog.column_meaning import is_company
from vgpt2.catalog.meaning.comments import listed_values
from vgpt2.catalog.meaning.constraints import add_constraints
from vgpt2.catalog.meaning.documented import documented_values
from vgpt2.catalog.meaning.found import Found
from vgpt2.catalog.meaning.lists import messages
from vgpt2.catalog.meaning.phrases import letters, stands_for
from vgpt2.catalog.meaning.program import Finding, Said
from vgpt2.catalog.meaning.results import add_results, with_its_table
from vgpt2.catalog.model import Catalog, Column, Meaning, Table
from vgpt2.catalog.shapes import Shape

_WHOLE = frozenset(("tinyint", "smallint", "int", "bigint"))
_NO_VALUES = frozenset("date datetime datetime2 smalldatetime time money smallmoney float real xml image".split())
_YES_NO = re.compile(r"YN$|_?Flag$|^(?:Is|Has|is_|has_)(?=[A-Z_a-z])|Active", re.IGNORECASE)
_LENGTH = re.compile(r"char\s*\(\s*(\d+)\s*\)$", re.IGNORECASE)
_NOT_TITLES = ("another ", "other ", "that ", "current ", "more ", "multiple ", "same ", "both ")


def find_meanings(catalog: Catalog, said: Iterable[Said], shapes: dict[str, Shape | None]) -> list[Meaning]:
    """The words of a catalog's things, sorted by thing.

    Args:
        said: what its programs and tables say.
        shapes: of its queries, by their SQL.
    """
    found = Found(catalog)
    values: dict[tuple[str, str, str], list[tuple[str, str]]] = defaultdict(list)
    for program in said:
        for finding in program.found:
            source = f"{program.file}:{program.line + finding[2] - 1}"
            if finding[0] in ("value", "flag"):
                for key, text in _value(found, program, finding):
                    values[(*key, finding[1])].append((text, source))
            elif finding[0] in _FORMS:
                _FORMS[finding[0]](found, program, finding, source)
    _describe_values(catalog, values)
    _add_values(found, values)
    add_results(found, shapes)
    add_constraints(found)
    return found.meanings()


def _title(found: Found, said: Said, finding: Finding, source: str) -> None:
    _, kind, _, text, _ = finding
    table = found.table(said.on, said)
    if table is not None:
        _add_title(found, table, text, kind, source)


def _add_title(found: Found, table: Table, text: str, kind: str, source: str) -> None:
    if text.isupper() or found.names_object(text.replace(" ", "")) or text.lower().startswith(_NOT_TITLES):
        return
    found.add(table, text, kind, source)


def _title_or_column(found: Found, said: Said, finding: Finding, source: str) -> None:
    _, kind, _, text = finding
    table = found.table(said.on, said)
    if table is None:
        return
    title = text.rpartition(" ")[2].lower() in messages().title_ends
    named = [] if title else [column for column in table.columns if stands_for(column.name, text)]
    if len(named) == 1:
        found.add((table, named[0]), text, kind, source)
    elif not named and " " in text:
        _add_title(found, table, text, kind, source)


def _own_column(found: Found, said: Said, finding: Finding, source: str) -> None:
    """`Statement Type must be B or O` in a trigger: of its own table the one column that it can be."""
    _, kind, _, text = finding
    table = found.table(said.on, said)
    named = [column for column in table.columns if stands_for(column.name, text)] if table else []
    if table and len(named) == 1:
        found.add((table, named[0]), text, kind, source)


def _column(found: Found, said: Said, finding: Finding, source: str) -> None:
    _, kind, _, text, chains, name, sure = finding
    places = found.columns(chains, name, said)
    if len(places) != 1:
        return
    column = places[0][1]
    same = letters(text) == letters(column.name)
    if kind == "parameter" and same:
        return  # says no more than the name
    label, own = letters(text), letters(column.name)
    abbreviated = len(label) < len(own) and label not in own  # Bdgt for BudgetCode
    if (sure and not abbreviated) or stands_for(column.name, text):
        found.add(places[0], text, kind, source)


def _result(found: Found, said: Said, finding: Finding, source: str) -> None:
    """`SELECT Name AS [Customer Name] FROM ARCM` of a program."""
    _, kind, _, text, chains, name = finding
    for table, column in found.columns(chains, name, said):
        if stands_for(column.name, text) or with_its_table(table, column, text):
            found.add((table, column), text, kind, source)


def _lookup(found: Found, said: Said, finding: Finding, source: str) -> None:
    """`Invalid Vendor` behind a look-up by the column Vendor: the column, and the table whose key ends with it."""
    _, kind, _, text, seen = finding
    for chains, name in seen:
        if not name or not stands_for(name, text):
            continue
        for table, column in found.columns(chains, name, said):
            found.add((table, column), text, kind, source)
            if len(chains) == 1 and table.key[-1:] == [column.name] and not is_company(found.catalog.database, column):
                _add_title(found, table, text, kind, source)


def _into(found: Found, said: Said, finding: Finding, source: str) -> None:
    """`... does not exist in AP Vendor Master`, where one table was looked into."""
    _, kind, _, text, seen = finding
    tables = [table for chain in (seen[0][0] if seen else []) if (table := found.table(chain, said))]
    if len(tables) == 1 and " " in text and not any(stands_for(column.name, text) for column in tables[0].columns):
        _add_title(found, tables[0], text, kind, source)


_FORMS: dict[str, Callable[[Found, Said, Finding, str], None]] = {
    "title": _title,
    "title_or_column": _title_or_column,
    "own_column": _own_column,
    "column": _column,
    "result": _result,
    "lookup": _lookup,
    "into": _into,
}


def _value(found: Found, said: Said, finding: Finding) -> list[tuple[tuple[str, str], str]]:
    """((column, value), text) of a value, where one column is meant that can hold it."""
    form, _, _, text, chains, names, value, beside = finding
    place = None
    for name in names:
        places = found.columns(chains, name, said)
        if len(places) == 1:
            place = places[0]
            break
    if place is None:
        places = [one for name in dict.fromkeys(beside) for one in found.columns(chains, name, said)]
        place = places[0] if len(places) == 1 else None
    if place is None or not _holds(found.catalog, place[1], value):
        return []
    if form == "flag" and not _is_flag(place[1]):
        return []
    table, column = place
    return [((f"{table.base_table or table.qualified}.{column.name}", value), text)]


def _holds(catalog: Catalog, column: Column, value: str) -> bool:
    base = column.base_type.split("(")[0]
    if column.values:
        return value in column.values
    if base in _NO_VALUES or is_company(catalog.database, column):
        return False
    if base == "bit":
        return value in ("0", "1")
    length = _LENGTH.search(column.base_type)
    if length and len(value) > int(length[1]):
        return False
    return value.lstrip("-").isdigit() if base in _WHOLE else True


def _is_flag(column: Column) -> bool:
    """Whether a column holds two values alone: a bit, or one letter that its CHECK or its name calls yes or no."""
    if column.values:
        return len(column.values) == 2
    base = column.base_type.lower().replace(" ", "")
    return base == "bit" or (base in ("char(1)", "nchar(1)", "varchar(1)") and bool(_YES_NO.search(column.name)))


def _describe_values(catalog: Catalog, values: dict[tuple[str, str, str], list[tuple[str, str]]]) -> None:
    """The values that descriptions of columns explain: `Order status. 1 = Open; 2 = Closed`, and where a CHECK has
    them `How it is paid: C check, E electronic`."""
    for table in catalog.tables:
        for column in table.columns:
            pairs, _ = listed_values(column.description) if column.description else ({}, "")
            if column.values and not pairs:
                pairs = documented_values(column.description)
            for value, text in pairs.items():
                if not table.base_table and _holds(catalog, column, value):
                    key = (f"{table.qualified}.{column.name}", value, "description")
                    values[key].append((text, column.description_source))


def _add_values(found: Found, values: dict[tuple[str, str, str], list[tuple[str, str]]]) -> None:
    """The texts of each value: the one said most often, others where they are said as often."""
    for (of, value, kind), said in sorted(values.items()):
        times = Counter(text.lower() for text, _ in said)
        most = max(times.values())
        for text, source in said:
            if times[text.lower()] == most:
                owner, _, name = of.rpartition(".")
                table = found.catalog.by_qualified[owner]
                column = table.column(name)
                if column is not None:
                    found.add((table, column), text, kind, source, value)
