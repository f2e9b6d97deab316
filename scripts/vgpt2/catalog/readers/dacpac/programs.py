"""Views, procedures, functions and triggers of a package: their CREATE statements, read as those of a script are."""

from __future__ import annotations

from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.readers.dacpac.package import Node
from vgpt2.catalog.readers.dacpac.tables import column_of, type_of
from vgpt2.catalog.readers.draft import Draft
from vgpt2.catalog.readers.scripted.pieces import read_pieces
from vgpt2.catalog.readers.scripted.programs import add_routine, add_said, read_trigger, read_view
from vgpt2.sqltext.names import quote

VIEWS = frozenset(("SqlView",))
# Element type to the word that creates it.
ROUTINES = {
    "SqlProcedure": "PROCEDURE",
    "SqlScalarFunction": "FUNCTION",
    "SqlInlineTableValuedFunction": "FUNCTION",
    "SqlMultiStatementTableValuedFunction": "FUNCTION",
}
TABLE_FUNCTIONS = frozenset(("SqlInlineTableValuedFunction", "SqlMultiStatementTableValuedFunction"))
TRIGGERS = frozenset(("SqlDmlTrigger", "SqlDatabaseDdlTrigger", "SqlServerDdlTrigger"))
# Kept by DacFx beside a body: the text before it (comments, CREATE, parameters, AS), and after it.
_COMMENTS = "SysCommentsObjectAnnotation"


def read_program(draft: Draft, node: Node) -> None:
    """One view, routine or trigger. A body that is not there (encrypted, or of an assembly) is listed."""
    where = ".".join(node.name)
    text = _text(node)
    if not text:
        draft.not_understood("program without a definition (encrypted, or of an assembly)", where, 1)
    for piece in read_pieces(text) if text else ():
        if piece.kind == "view":
            read_view(draft, piece.text, where, piece.line)
        elif piece.kind == "trigger":
            read_trigger(draft, piece.text, where, piece.line)
        elif piece.kind == "routine":
            add_routine(draft, piece.data, where, piece.line)
        elif piece.kind == "said":
            add_said(draft, piece.data, where, piece.line)
    if node.kind in VIEWS:
        _view_columns(draft, node)
    elif node.kind in TABLE_FUNCTIONS:
        _function_columns(draft, node)


def _function_columns(draft: Draft, node: Node) -> None:
    """What the model knows of a function's columns, where its text does not tell them (it is of an assembly)."""
    schema, name = draft.schema_and_name(node.name)
    function = draft.functions.get(draft.key(schema, name))
    if function is not None and not function.columns and not function.sql:
        function.columns = [column_of(item) for item in node.related("Columns") if item.name]


def _view_columns(draft: Draft, node: Node) -> None:
    """The names of a view's columns, which the model knows also where the query is not to be had."""
    schema, name = draft.schema_and_name(node.name)
    view = draft.tables.setdefault(
        draft.key(schema, name),
        Table(schema, name, "view", [], module=draft.module(schema, name), source=".".join(node.name)),
    )
    if not view.columns:
        view.columns = [Column(item.name[-1], "", "") for item in node.related("Columns") if item.name]


def _text(node: Node) -> str:
    """The whole CREATE statement."""
    holder = next(iter(node.related("FunctionBody")), node)
    body = holder.property("QueryScript") or holder.property("BodyScript")
    if not body:
        return ""
    kept = holder.annotation(_COMMENTS) or node.annotation(_COMMENTS)
    header = kept.property("HeaderContents") if kept else ""
    footer = kept.property("FooterContents") if kept else ""
    return f"{header or _header(node)}{body}{footer}"


def _header(node: Node) -> str:
    """A head where the package keeps none: what it creates, its name, its parameters."""
    name = ".".join(quote(part) for part in node.name)
    if node.kind in VIEWS:
        return f"CREATE VIEW {name} AS\n"
    if node.kind in TRIGGERS:
        events = [event for event in ("Insert", "Update", "Delete") if node.flag(f"Is{event}Trigger")]
        parent = next((".".join(quote(part) for part in item.name) for item in node.related("Parent")), "DATABASE")
        return f"CREATE TRIGGER {name} ON {parent} AFTER {', '.join(events).upper()} AS\n"
    parameters = ", ".join(_parameter(item) for item in node.related("Parameters") if item.name)
    create = f"CREATE {ROUTINES[node.kind]} {name}"
    if node.kind == "SqlProcedure":
        return f"{create} {parameters} AS\n"
    return f"{create}({parameters}) RETURNS {type_of(node, 'Type') or 'TABLE'} AS\n"


def _parameter(node: Node) -> str:
    output = " OUTPUT" if node.flag("IsOutput") else ""
    return f"{node.name[-1]} {type_of(node, 'Type')}{output}"
