"""Views, procedures, functions and triggers: their headers read from tokens, their bodies kept as text."""

from __future__ import annotations

from vgpt2.catalog.meaning.program import Said
from vgpt2.catalog.model import Column, Parameter, Routine, Table, Trigger
from vgpt2.catalog.readers.draft import Draft
from vgpt2.catalog.readers.scripted.ddl import read_type
from vgpt2.catalog.readers.scripted.functions import add_given
from vgpt2.sqltext.scan import Token, closing, comma_parts, dotted, scan

_EVENTS = ("INSERT", "UPDATE", "DELETE")
_KINDS = {"VIEW": "view", "PROC": "procedure", "PROCEDURE": "procedure", "FUNCTION": "function", "TRIGGER": "trigger"}


def program_kind(tokens: list[Token]) -> tuple[str, int]:
    """What the batch creates (view, procedure, function or trigger) and the index of its name; else an empty string."""
    words = [token.upper for token in tokens[:5]]
    if words[:1] in (["CREATE"], ["ALTER"]):
        at = 3 if words[1:3] == ["OR", "ALTER"] else 1
        if at < len(words) and words[at] in _KINDS:
            return _KINDS[words[at]], at + 1
    return "", 0


def name_of(tokens: list[Token]) -> tuple[str, list[str], int]:
    """What a program is, its name chain, and the index of the token after that."""
    kind, at = program_kind(tokens)
    parts, at = dotted(tokens, at)
    return kind, parts, at


def read_view(draft: Draft, text: str, file: str, line: int) -> None:
    """`CREATE VIEW name [(columns)] AS query`; a second definition of a view wins, for it is run later."""
    tokens = list(scan(text))
    _, parts, at = name_of(tokens)
    if not parts:
        draft.not_understood("view without a name", file, line, text, "view")
        return
    schema, name = draft.schema_and_name(parts)
    _read_view(draft, text, tokens, at, schema, name, f"{file}:{line}")


def read_trigger(draft: Draft, text: str, file: str, line: int) -> None:
    """`CREATE TRIGGER name ON table FOR events`; `text` is the head."""
    tokens = list(scan(text))
    _, parts, at = name_of(tokens)
    if not parts:
        draft.not_understood("trigger without a name", file, line, text)
        return
    schema = parts[-2] if len(parts) > 1 else ""
    _read_trigger(draft, tokens, at, schema, parts[-1], file, line)


def add_routine(draft: Draft, data: dict, file: str, line: int) -> None:
    """A procedure or function as `pieces` found it; the tables that it names are looked up when all are known."""
    if not data["name"]:
        draft.not_understood(f"{data['kind']} without a name", file, line)
        return
    schema, name = draft.schema_and_name(data["name"])
    routine = Routine(schema, name, data["kind"], module=draft.module(schema, name), source=f"{file}:{line}")
    routine.parameters = [Parameter(*values) for values in data["parameters"]]
    routine.description = data["description"]
    routine.description_source = "header comment" if routine.description else ""
    routine.queries = list(data["queries"])
    routine.returns = data["returns"]
    draft.routines[draft.key(schema, name)] = routine
    add_given(draft, routine, data["gives"])
    draft.referred[routine.qualified] = (data["reads"], data["writes"])


def _read_view(draft: Draft, text: str, tokens: list[Token], at: int, schema: str, name: str, source: str) -> None:
    columns: list[Column] = []
    if at < len(tokens) and tokens[at].text == "(":
        end = closing(tokens, at)
        columns = [Column(part[0].value, "", "") for part in comma_parts(tokens[at + 1 : end])]
        at = end + 1
    while at < len(tokens) and tokens[at].upper != "AS":
        at += 1
    table = Table(schema, name, "view", columns, module=draft.module(schema, name), source=source)
    last = len(tokens)
    if [token.upper for token in tokens[-3:]] == ["WITH", "CHECK", "OPTION"]:
        last -= 3
    body = tokens[at + 1 : last]
    table.sql = text[body[0].start : body[-1].end].rstrip("; \n\t") if body else ""
    key = draft.key(schema, name)
    known = draft.tables.get(key)
    if known is not None and known.kind == "table":
        file, _, line = source.rpartition(":")
        draft.not_understood("view with the name of a table", file, int(line), name, "view")
        return
    draft.tables[key] = table


def _read_trigger(draft: Draft, tokens: list[Token], at: int, schema: str, name: str, file: str, line: int) -> None:
    words = [token.upper for token in tokens]
    if words[at : at + 1] == ["ON"] and words[at + 1] in ("DATABASE", "ALL"):
        draft.not_understood("trigger on the whole database or server", file, line, name)
        return
    target, at = dotted(tokens, at + 1)
    table = draft.table(target)
    if table is None:
        draft.not_understood("trigger on a table that is not there", file, line, ".".join(target))
        return
    while at < len(words) and words[at] not in ("FOR", "AFTER", "INSTEAD"):
        at += 1
    events = []
    for word in words[at:]:
        if word == "AS":
            break
        if word in _EVENTS:
            events.append(word)
    found = Trigger(schema or table.schema, name, table.qualified, sorted(events, key=_EVENTS.index))
    found.module, found.source = draft.module(table.schema, table.name), f"{file}:{line}"
    draft.triggers[draft.key(found.schema, name)] = found


def body_start(tokens: list[Token], at: int) -> int:
    """The index of the first token of a procedure's or function's body: behind the AS that ends its head."""
    depth = 0
    for index in range(at, len(tokens)):
        depth += (tokens[index].text == "(") - (tokens[index].text == ")")
        if depth == 0 and tokens[index].upper == "AS" and not tokens[index - 1].text.startswith("@"):
            return index + 1
    return at


def read_parameters(tokens: list[Token], at: int) -> list[Parameter]:
    """The parameters from token `at` up to AS or RETURNS, in parentheses or bare: `@Co bCompany, @msg int OUTPUT`."""
    if at < len(tokens) and tokens[at].text == "(":
        inner = tokens[at + 1 : closing(tokens, at)]
    else:
        end = at
        while end < len(tokens) and tokens[end].upper not in ("AS", "WITH", "RETURNS", "FOR"):
            end += 1
            if end + 1 < len(tokens) and tokens[end].upper == "AS" and tokens[end - 1].text.startswith("@"):
                end += 1  # @Co AS bCompany
        inner = tokens[at:end]
    parameters = []
    for part in comma_parts(inner):
        if part[0].text.startswith("@") and len(part) > 1:
            start = 2 if part[1].upper == "AS" else 1
            declared, after = read_type(part, start)
            output = any(token.upper in ("OUTPUT", "OUT") for token in part[after:])
            parameters.append(Parameter(part[0].text, declared, output))
    return parameters


def read_returns(tokens: list[Token], at: int) -> str:
    """What a function gives, from the tokens of its head behind the name: a type, or `table`."""
    if at < len(tokens) and tokens[at].text == "(":
        at = closing(tokens, at) + 1
    if [token.upper for token in tokens[at : at + 1]] != ["RETURNS"] or at + 1 >= len(tokens):
        return ""
    if tokens[at + 1].upper == "TABLE" or tokens[at + 1].text.startswith("@"):
        return "table"
    return read_type(tokens, at + 1)[0]


def add_said(draft: Draft, data: dict, file: str, line: int) -> None:
    """What `pieces` found that a program says of what things mean; its purpose describes what has no other."""
    said = Said(data["kind"], data["name"], data["on"], file, line, data["found"])
    draft.said.append(said)
    key = draft.key(*draft.schema_and_name(said.name))
    for finding in said.found:
        if finding[0] == "purpose":
            view, trigger = draft.tables.get(key), draft.triggers.get(key)
            if said.kind == "view" and view is not None and not view.description:
                view.description, view.description_source = finding[3], "header comment"
            elif said.kind == "trigger" and trigger is not None and not trigger.description:
                trigger.description = finding[3]
