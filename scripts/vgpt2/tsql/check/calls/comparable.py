"""Types across rows: branches of a set operation that come to one type, and types of which no two values are compared.

The reference: "UNION" (error 205 and 206), "EXCEPT and INTERSECT", "Recursive queries using common table expressions"
(error 240), "ntext, text, and image" (errors 306, 421, 5335).
"""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.check.calls.typing import Typing
from vgpt2.tsql.check.functions.types import type_rules
from vgpt2.tsql.check.scope import Output, Scope
from vgpt2.tsql.check.walk import Walk

_NAMES: dict[type, str] = {exp.Union: "UNION", exp.Except: "EXCEPT", exp.Intersect: "INTERSECT"}
# Of these it is sure that the server has another type, whatever their lengths are.
_EXACT = {"integer", "fraction", "text", "date", "time", "old_date", "guid"}


def note_select(select: exp.Select, scope: Scope, walk: Walk) -> None:
    """Have a SELECT looked at whose sources hold values that cannot be compared."""
    args = select.args
    if args.get("distinct") is None and args.get("group") is None and args.get("order") is None:
        return
    if any(source.info is None or source.info.incomparable for source in scope.sources):
        walk.typed.append(select)


def check_select(select: exp.Expression, typing: Typing) -> None:
    """DISTINCT, GROUP BY and ORDER BY compare values."""
    walk, args = typing.walk, select.args
    refused = type_rules().arguments["grouped"]
    output = walk.binding.outputs.get(id(select))
    types = typing.of_outputs(output) if output is not None and output.known else []
    shown = dict(zip(output.names if output is not None else (), types, strict=False))
    keys = [("DISTINCT", name or "", found) for name, found in shown.items() if args.get("distinct") is not None]
    group, order = args.get("group"), args.get("order")
    keys += [("GROUP BY", key.name, typing.of(key)) for key in (group.expressions if group is not None else ())]
    by_name = {walk.fold(name): found for name, found in shown.items() if name}
    for item in order.expressions if order is not None else ():
        key = item.this
        keys.append(("ORDER BY", key.name, typing.of(key) or by_name.get(walk.fold(key.name), "")))
    for clause, name, found in keys:
        if found in refused:
            walk.resolve("operand_type", f"{clause} takes no {found}{name and f': {name}'}", select, name)
            return


def check_set(node: exp.Expression, typing: Typing) -> None:
    """Each column of the branches comes to one type, and is compared where it is not UNION ALL."""
    if isinstance(node.parent, exp.SetOperation):
        return  # with the outermost one
    outputs = _branches(node, typing.walk)
    if not outputs or len({len(output.names) for output in outputs}) != 1:
        return
    rules = type_rules()
    clash, refused = rules.operators["CASE"], rules.arguments["grouped"]
    compares = any(part.args.get("distinct") is not False for part in node.find_all(exp.SetOperation))
    columns = zip(*map(typing.of_outputs, outputs), strict=True)
    for place, types in enumerate(columns, 1):
        known = [found for found in types if found]
        pair = next(((a, b) for a in known for b in known if (a, b) in clash), None)
        if pair is not None:
            message = f"column {place} of {_NAMES[type(node)]} cannot be {pair[0]} and {pair[1]}"
        elif compares and any(found in refused for found in known):
            found = next(found for found in known if found in refused)
            message = f"{_NAMES[type(node)]} compares, and {found} is not compared: column {place}"
        elif _recursive(node, typing.walk) and (pair := _apart(types)):
            message = f"column {place} of a recursive CTE is {pair[0]} first and {pair[1]} then"
        else:
            continue
        typing.walk.resolve("operand_type", message, node)
        return


def _branches(node: exp.Expression | None, walk: Walk) -> list[Output]:
    """What the SELECTs of a set operation give; empty where one is not known."""
    while isinstance(node, (exp.Subquery, exp.Paren)):
        node = node.this
    if isinstance(node, exp.SetOperation):
        left, right = _branches(node.this, walk), _branches(node.expression, walk)
        return [*left, *right] if left and right else []
    output = walk.binding.outputs.get(id(node))
    return [output] if output is not None and output.known else []


def _recursive(node: exp.Expression, walk: Walk) -> bool:
    """Whether it is the query of a CTE that reads itself."""
    cte = node.parent
    if not isinstance(cte, exp.CTE):
        return False
    name = walk.fold(cte.alias)
    return any(walk.fold(table.name) == name and not table.args.get("db") for table in node.find_all(exp.Table))


def _apart(types: tuple[str, ...]) -> tuple[str, str] | None:
    """The first type and another one that is surely none of its family."""
    family_of = type_rules().family_of
    first = types[0]
    for other in types[1:]:
        families = {family_of.get(first), family_of.get(other)}
        if len(families) == 2 and families <= _EXACT:
            return first, other
    return None
