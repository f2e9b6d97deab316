"""The documents of a VGPT2 folder: Markdown about objects, guides, and queries that people wrote."""

from __future__ import annotations

import re

from vgpt2.catalog.meaning.mine import said_by
from vgpt2.catalog.meaning.program import Finding, Said
from vgpt2.catalog.meaning.purposes import says_purpose
from vgpt2.catalog.model import Document, Parameter, Routine, Trigger
from vgpt2.catalog.readers.draft import Draft
from vgpt2.catalog.readers.folder import markdown
from vgpt2.catalog.readers.folder.value_lists import value_lists
from vgpt2.sqltext.references import references
from vgpt2.sqltext.scan import scan

_EVENTS = ("INSERT", "UPDATE", "DELETE")
_OVERVIEW = ("overview", "description", "purpose", "summary")


def object_name(draft: Draft, stem: str) -> tuple[str, str]:
    """Schema and name from a file's stem: `dbo.vspAPVal` or `vspAPVal`."""
    schema, _, name = stem.rpartition(".")
    return schema or draft.database.default_schema, name


def read_table(draft: Draft, stem: str, text: str, file: str) -> None:
    """`## Overview` describes the table or view, the table under `## Columns` its columns, the list under `## Values`
    what their values mean."""
    _describe(draft, stem, text, file)


def read_view(draft: Draft, stem: str, text: str, file: str) -> None:
    """As `read_table`, with the SQL under `## Definition` and the names under `## Tables Used`."""
    page = _describe(draft, stem, text, file)
    view = draft.table(list(object_name(draft, stem)))
    if page is None or view is None:
        return
    code = page.code("definition", "sql", "source")
    draft.said += said_by(code, "view", [view.schema, view.name], (file, 1))
    view.sql = view_body(code) or view.sql
    if not view.sql:
        used = page.items("tables used", "tables") or re.findall(r"\w+", page.text("tables used", "tables"))
        found = [draft.table(_first_name(item)) for item in used]
        view.reads = sorted({table.qualified for table in found if table and table is not view})


def view_body(sql: str) -> str:
    """The SELECT of a view, with or without its CREATE VIEW header."""
    found = re.match(r"(?is)\s*(?:CREATE|ALTER)\s+(?:OR\s+ALTER\s+)?VIEW\s.*?\bAS\b\s*(.*)", sql)
    return (found.group(1) if found else sql).strip().rstrip(";").rstrip()


def _first_name(item: str) -> list[str]:
    found = re.match(r"\[?(\w+)\]?(?:\.\[?(\w+)\]?)?", item)
    return [part for part in found.groups() if part] if found else []


def _describe(draft: Draft, stem: str, text: str, file: str) -> markdown.Page | None:
    schema, name = object_name(draft, stem)
    if draft.table([schema, name]) is None:
        draft.not_understood("document about an object that is not there", file, 1, stem)
        return None
    page = markdown.parse(text)
    overview = page.text(*_OVERVIEW)
    if overview:
        draft.descriptions.append(([schema, name], overview, file))
    for row in page.rows("columns", "column details", "fields"):
        column = row.get("column") or row.get("name") or row.get("column name") or ""
        if column and row.get("description"):
            draft.descriptions.append(([schema, name, column], row["description"], file))
    if values := _values(text, [schema, name]):
        draft.said.append(Said("table", [schema, name], [], file, 1, values))
    return page


def _values(text: str, table: list[str]) -> list[Finding]:
    """What the document says values mean, as findings about the table's columns, or those of a table that it names."""
    found: list[Finding] = []
    for listed in value_lists(text):
        of = listed.column[:-1]
        chain = table if not of or of[-1].lower() == table[-1].lower() else of
        name = listed.column[-1]
        found.append(["value", "description", listed.line, listed.means, [chain], [name], listed.value, []])
    return found


def read_procedure(draft: Draft, stem: str, text: str, file: str) -> None:
    """`## Overview` and `## Parameters` of a stored procedure."""
    _read_routine(draft, stem, text, file, "procedure")


def read_function(draft: Draft, stem: str, text: str, file: str) -> None:
    """`## Overview` and `## Parameters` of a function."""
    _read_routine(draft, stem, text, file, "function")


def _read_routine(draft: Draft, stem: str, text: str, file: str, kind: str) -> None:
    schema, name = object_name(draft, stem)
    page = markdown.parse(text)
    routine = Routine(schema, name, kind, module=_module(draft, page, schema, name), source=file)
    routine.description = says_purpose(page.text(*_OVERVIEW))
    routine.description_source = file if routine.description else ""
    routine.parameters = _parameters(page)
    sql = page.code("definition", "sql", "source")
    draft.said += said_by(sql, kind, [schema, name], (file, 1))
    refers = references(sql, list(scan(sql)))
    routine.queries = refers.queries
    draft.referred[routine.qualified] = (refers.reads, refers.writes)
    used = page.items("tables used", "tables", "tables read")
    found = [draft.table(_first_name(item)) for item in used]
    routine.reads = sorted({table.qualified for table in found if table})
    draft.routines[draft.key(schema, name)] = routine


def _parameters(page: markdown.Page) -> list[Parameter]:
    found = []
    for row in page.rows("parameters"):
        name = row.get("parameter") or row.get("name") or ""
        kind = row.get("type") or row.get("data type") or ""
        way = " ".join(row.get(key, "") for key in ("direction", "output", "mode")).lower()
        output = bool(re.search(r"\b(out|output|yes|true)\b", f"{way} {kind.lower()}"))
        kind = re.sub(r"(?i)\s+out(put)?\b", "", kind)
        if name.startswith("@"):
            found.append(Parameter(name, kind, output, row.get("description", "")))
    if found:
        return found
    for item in page.items("parameters"):
        # - @co (bCompany, output): the company    or    - @co bCompany - the company
        match = re.match(
            r"(@\w+)\s*[-:]?\s*(?:\(([^)]*(?:\([^)]*\))?[^)]*)\)|([\w.]+(?:\([^)]*\))?))?\s*[-:]*\s*(.*)", item
        )
        if match:
            kind, _, flags = (match.group(2) or match.group(3) or "").partition(", ")
            output = "out" in flags.lower() or bool(re.search(r"(?i)\bout(put)?\b", kind))
            found.append(Parameter(match.group(1), re.sub(r"(?i)\s+out(put)?\b", "", kind), output, match.group(4)))
    return found


def read_trigger(draft: Draft, stem: str, text: str, file: str) -> None:
    """A trigger's labels: Module, Parent Table, Event, Purpose, Business Context, Key Logic, Effects."""
    schema, name = object_name(draft, stem)
    page = markdown.parse(text)
    table = draft.table(_first_name(page.label("parent table") or page.label("table")))
    if table is None:
        draft.not_understood("trigger on a table that is not there", file, 1, page.label("parent table"))
        return
    events = page.label("event").upper()
    code = page.code("definition", "sql", "source")
    draft.said += said_by(code, "trigger", [schema, name], (file, 1), [table.schema, table.name])
    trigger = Trigger(
        schema,
        name,
        table.qualified,
        [event for event in _EVENTS if event in events],
        description=page.label("purpose") or page.text(*_OVERVIEW),
        business_context=page.label("business context") or page.text("business context"),
        key_logic=page.label_items("key logic") or page.items("key logic"),
        effects=page.label_items("effects") or page.items("effects"),
        module=_module(draft, page, schema, name) or table.module,
        source=file,
    )
    draft.triggers[draft.key(schema, name)] = trigger


def _module(draft: Draft, page: markdown.Page, schema: str, name: str) -> str:
    said = page.label("module").split()[:1]
    return said[0] if said and said[0] in draft.database.modules else draft.module(schema, name)


def _read_guide(draft: Draft, kind: str, stem: str, text: str, file: str) -> None:
    page = markdown.parse(text)
    body = re.sub(r"^#\s.*\n+", "", text.strip(), count=1)
    document = Document(
        kind, stem, page.title or stem, body.strip(), module=_module(draft, page, "", stem), source=file
    )
    draft.documents.append(document)


def read_reference(draft: Draft, stem: str, text: str, file: str) -> None:
    """A reference text."""
    _read_guide(draft, "reference", stem, text, file)


def read_heuristic(draft: Draft, stem: str, text: str, file: str) -> None:
    """A rule of thumb."""
    _read_guide(draft, "heuristic", stem, text, file)


def read_workflow(draft: Draft, stem: str, text: str, file: str) -> None:
    """A business process, step by step."""
    _read_guide(draft, "workflow", stem, text, file)


def read_report(draft: Draft, stem: str, text: str, file: str) -> None:
    """A report's query; its purpose stands in a comment."""
    _read_query(draft, "report_query", stem, text, file)


def read_expert(draft: Draft, stem: str, text: str, file: str) -> None:
    """A query of an expert; its purpose stands in a comment."""
    _read_query(draft, "expert_query", stem, text, file)


def _read_query(draft: Draft, kind: str, stem: str, text: str, file: str) -> None:
    comments = [line.strip()[2:].strip() for line in text.splitlines() if line.strip().startswith("--")]
    labelled = {
        key.strip().lower(): rest.strip() for key, sep, rest in (line.partition(":") for line in comments) if sep
    }
    title = labelled.get("purpose") or labelled.get("report") or (comments[0] if comments else stem)
    sql = "\n".join(line for line in text.splitlines() if not line.strip().startswith("--")).strip().rstrip(";")
    draft.said += said_by(text, "query", [stem], (file, 1))
    named = labelled.get("module", "")
    module = named if named in draft.database.modules else draft.module(draft.database.default_schema, stem)
    draft.documents.append(Document(kind, stem, title, "", sql, module, file))
