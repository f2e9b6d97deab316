"""The type of an expression, where it is surely known: declared of a column, written in a CAST, of a literal."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.tokens import Token

from vgpt2.tsql.check.functions.shapes import results
from vgpt2.tsql.check.functions.types import type_rules
from vgpt2.tsql.check.scope import BoundColumn, Output, Source
from vgpt2.tsql.check.walk import Walk

DEEPEST = 20
LARGEST_INT = 2**31 - 1
ARITHMETIC: dict[type, str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%"}
_CASTS = frozenset({exp.Cast, exp.TryCast, exp.Convert})
# Their value is of the type of what they are given.
_SAME = frozenset(
    {exp.Paren, exp.Neg, exp.Window, exp.Max, exp.Min, exp.Collate, exp.Abs, exp.Lag, exp.Lead, exp.FirstValue}
)
_SUMS = frozenset({exp.Sum, exp.Avg})
CHOICES = frozenset({exp.Case, exp.If, exp.Coalesce})
_WIDE = {"tinyint": "int", "smallint": "int", "smallmoney": "money", "real": "float"}
_NUMBERS = frozenset({"integer", "fraction"})


class Typing:
    """Types of one statement. An empty text is a type that is not surely known."""

    __slots__ = ("_bound", "_known", "_names", "tokens", "walk")

    def __init__(self, walk: Walk, tokens: list[Token]) -> None:
        self.walk = walk
        self.tokens = tokens
        self._known: dict[int, str] = {}  # of arithmetic, by the id of the node: chains of it are long
        self._bound = walk.bound
        self._names: dict[int, str] | None = None

    def name(self, node: exp.Expression) -> str:
        """The name of a call as it is written, in upper case; empty where its place is not known."""
        if self._names is None:
            self._names = {token.start: token.text.upper() for token in self.tokens}
        return self._names.get(node.meta.get("start", -1), "")

    def of(self, node: object, depth: int = 0) -> str:
        """The base type of a node, without its length."""
        kind = type(node)
        if kind is exp.Column:
            found = self._bound.get(id(node))
            if found is None:
                return ""
            info = found[0].info
            return self._of_column(found, depth) if info is None else info.types.get(found[1], "")
        if not isinstance(node, exp.Expression) or depth > DEEPEST:
            return ""
        if kind is exp.Literal:
            return _of_literal(node)
        if kind in _SAME:
            return self.of(node.this, depth + 1)
        if kind in _CASTS:
            return _of_type(node.this if kind is exp.Convert else node.args.get("to"))
        if kind in ARITHMETIC:
            known = self._known.get(id(node))
            return self.of_arithmetic(node, depth + 1) if known is None else known
        return self._of_other(node, kind, depth)

    def _of_column(self, bound: BoundColumn, depth: int) -> str:
        """The base type of a bound column, through derived tables and CTEs."""
        source, key = bound
        if source.info is not None:
            return source.info.types.get(key, "")
        if source.output is None or source.output.several or depth > DEEPEST:
            return ""
        origins = source.origins.get(key, ())
        if len(origins) == 1:
            return self._of_column(origins[0], depth + 1)
        return "" if origins else self._of_output(source, key, depth)

    def of_outputs(self, output: Output) -> list[str]:
        """The base types of the columns of a query."""
        if output.several:
            return [""] * len(output.names)
        found = []
        for node, origins in zip(output.nodes, output.origins, strict=True):
            known = self.of(node) if node is not None else self._of_column(origins[0], 0) if len(origins) == 1 else ""
            found.append(known)
        return found

    def of_arithmetic(self, node: exp.Expression, depth: int = 0) -> str:
        """The type of `a + b`: that of its sides where they are alike; kept, since each is asked for twice."""
        left, right = self.of(node.this, depth), self.of(node.args.get("expression"), depth)
        found = self._together(left, right)
        self._known[id(node)] = found
        return found

    def _together(self, left: str, right: str) -> str:
        if not left or not right:
            return ""
        if left == right:
            return _WIDE.get(left, left)
        one, other = type_rules().family_of.get(left), type_rules().family_of.get(right)
        if "old_date" in (one, other):
            return "datetime"
        if one in _NUMBERS or other in _NUMBERS:
            return "int" if one == other == "integer" else "decimal" if one in _NUMBERS and other in _NUMBERS else ""
        return "varchar" if one == other == "text" else ""

    def _of_output(self, source: Source, key: str, depth: int) -> str:
        output = source.output
        if output is None:
            return ""
        for name, node in zip(output.names, output.nodes, strict=False):
            if name is not None and self.walk.fold(name) == key:
                return self.of(node, depth + 1)
        return ""

    def _of_other(self, node: exp.Expression, kind: type, depth: int) -> str:
        if kind is exp.National:
            return "nvarchar"
        if kind in _SUMS:
            found = self.of(node.this, depth + 1)
            return _WIDE.get(found, found) if type_rules().family_of.get(found) in _NUMBERS else ""
        if kind is exp.Distinct:
            return self.of(node.expressions[0], depth + 1) if len(node.expressions) == 1 else ""
        if kind in CHOICES:
            return self._of_choice(node, kind, depth)
        if kind is exp.DateAdd:
            found = self.of(node.this, depth + 1)
            return "datetime" if type_rules().family_of.get(found) == "text" else found
        if kind is exp.Anonymous:
            signature = self.walk.lookup.signatures.get(str(node.this).upper())
            return signature.gives if signature is not None else ""
        if kind is exp.CurrentTimestamp:
            signature = self.walk.lookup.signatures.get(self.name(node) or "CURRENT_TIMESTAMP")
            return signature.gives if signature is not None else ""
        return results().get(kind, "")

    def _of_choice(self, node: exp.Expression, kind: type, depth: int) -> str:
        """CASE, IIF, COALESCE: one type where all that can come out has it; ISNULL: that of its first argument."""
        if kind is exp.Coalesce and node.args.get("is_null"):
            return self.of(node.this, depth + 1)
        types = {self.of(value, depth + 1) for value in outcomes(node)}
        return types.pop() if len(types) == 1 else ""


def outcomes(node: exp.Expression) -> list[exp.Expression]:
    """The values of which CASE, IIF, COALESCE or ISNULL gives one, without NULL."""
    args = node.args
    if type(node) is exp.Case:
        values = [*(branch.args.get("true") for branch in args.get("ifs") or ()), args.get("default")]
    elif type(node) is exp.If:
        values = [args.get("true"), args.get("false")]
    else:
        values = [node.this, *node.expressions]
    return [value for value in values if isinstance(value, exp.Expression) and type(value) is not exp.Null]


def _of_literal(node: exp.Expression) -> str:
    if node.args["is_string"]:
        return "varchar"
    text: str = node.this
    if text.isdigit():
        return "int" if int(text) <= LARGEST_INT else "decimal"
    return "float" if "e" in text.lower() else "decimal"


_TYPES: dict[str, str] = {
    "timestamptz": "datetimeoffset", "timestamp": "", "text": "text", "userdefined": "", "boolean": "bit",
    "uuid": "uniqueidentifier", "double": "float", "rowversion": "rowversion", "utinyint": "tinyint",
}  # fmt: skip


def _of_type(node: object) -> str:
    """The base type that a CAST names, as the catalog writes it."""
    if not isinstance(node, exp.DataType) or not isinstance(node.this, exp.DType):
        return ""
    name = node.this.name.lower()
    name = _TYPES.get(name, name)
    return name if name in type_rules().family_of else ""
