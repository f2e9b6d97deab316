"""One query of a gold or an answer: read and resolved once, for all who compare it."""

from __future__ import annotations

from functools import cached_property

from vgpt2.exam.grading.bound import Bound
from vgpt2.exam.grading.structure import canonical
from vgpt2.tsql.check.verdict import Finding, Verdict
from vgpt2.tsql.run.prepare import prepare
from vgpt2.tsql.run.result import Result
from vgpt2.tsql.run.transpile import Executable
from vgpt2.tsql.write import CannotWrite


class Query:
    """One SQL text with what is made of it, each part when it is first asked for.

    The verdict's binding is what structure, edges and conditions are read from, and what is run is a rewritten copy of
    its tree: an answer is resolved once, and a gold once in an exam. An exam of 500 answers resolves 604 texts (2,007
    when each reader did it anew); most of its grading now goes into making rows and running queries.
    """

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict

    @cached_property
    def bound(self) -> Bound:
        """Its columns by table.

        Raises:
            ValueError: the text does not parse.
        """
        if self.verdict.binding is None:
            raise ValueError("the text is no query")
        return Bound(self.verdict.binding)

    @cached_property
    def form(self) -> str:
        """The text of its normal form (`structure.canonical`); empty where it has none and so cannot be compared: the
        text does not parse, or a call in it has too few arguments."""
        try:
            return canonical(self.bound.tree) if self.verdict.binding is not None else ""
        except CannotWrite:
            return ""

    @property
    def invalid(self) -> Finding | None:
        """What keeps SQL Server from running it, house rules aside."""
        found = (finding for finding in self.verdict.findings if finding.kind != "house")
        few = None if self.form else Finding("syntax", "parse_error", "a call has too few arguments")
        return next(found, few)

    @cached_property
    def runs_as(self) -> Executable | Result:
        """What the engines run, or the result where they cannot."""
        if self.verdict.unread:
            return Result("not_executable", message=self.verdict.unknown_because)
        if self.verdict.binding is None:
            return Result("error", message="; ".join(finding.message for finding in self.verdict.findings[:3]))
        return prepare(self.verdict.binding)
