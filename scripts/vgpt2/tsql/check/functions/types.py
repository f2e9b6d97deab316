"""Which types SQL Server refuses as which argument, and on which sides of which operator."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from vgpt2.database_settings import Strict
from vgpt2.errors import did_you_mean
from vgpt2.yaml_file import Key, YamlFile, read_yaml_file

Operator = Literal["+", "-", "*", "/", "%", "=", "CASE"]


class Operands(Strict):
    """Families that operators refuse between one side and the other."""

    signs: list[Operator]
    between: tuple[list[str], list[str]]


class TypesFile(Strict):
    """The file."""

    families: dict[str, list[str]]
    arguments: dict[str, list[str]]
    operators: list[Operands]


@dataclass(slots=True, frozen=True)
class TypeRules:
    """`family_of` a base type; the base types that a kind of argument refuses; the pairs that an operator refuses."""

    family_of: dict[str, str]
    arguments: dict[str, frozenset[str]]
    operators: dict[str, frozenset[tuple[str, str]]]


def read_type_rules(path: Path) -> TypeRules:
    """The file of types.

    Raises:
        UserError: a fault in it, with its line and key.
    """
    file = read_yaml_file(path)
    said = file.check(TypesFile)
    family_of = {name: family for family, names in said.families.items() for name in names}
    arguments = {
        kind: frozenset(_types(file, said, names, ("arguments", kind))) for kind, names in said.arguments.items()
    }
    operators: dict[str, set[tuple[str, str]]] = {}
    for place, rule in enumerate(said.operators):
        one, other = (
            _types(file, said, names, ("operators", place, "between", side)) for side, names in enumerate(rule.between)
        )
        for sign in rule.signs:
            pairs = operators.setdefault(sign, set())
            pairs |= {pair for a in one for b in other for pair in ((a, b), (b, a))}
    return TypeRules(family_of, arguments, {sign: frozenset(pairs) for sign, pairs in operators.items()})


def _types(file: YamlFile, said: TypesFile, names: list[str], key: Key) -> list[str]:
    """The base types of some families."""
    if names == ["all"]:
        names = list(said.families)
    for place, name in enumerate(names):
        if name not in said.families:
            raise file.fault((*key, place), f"no such family '{name}'{did_you_mean(name, said.families)}")
    return [base for name in names for base in said.families[name]]


@cache
def type_rules() -> TypeRules:
    """Those of T-SQL."""
    return read_type_rules(Path(__file__).with_name("types.yaml"))
