"""Which of several answers to one question counts, and how many of the others say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from vgpt2.catalog.model import Catalog
from vgpt2.records.answers.answers import denied, refuses
from vgpt2.records.answers.extract import last_sql
from vgpt2.tsql.check.check import check
from vgpt2.tsql.check.finding import Finding
from vgpt2.tsql.run.compare import same_rows
from vgpt2.tsql.run.prepare import prepared
from vgpt2.tsql.run.result import Result
from vgpt2.tsql.run.sandbox import Sandbox
from vgpt2.tsql.run.transpile import Executable

DATA_SETS = (0, 1)


@dataclass(slots=True, frozen=True)
class Ballot:
    """`index`: of the answer that counts; `agreed`: how many say the same, it among them; 0: none is proved.
    `groups`: the answers that say the same, by index, the largest group first."""

    index: int
    agreed: int
    groups: tuple[tuple[int, ...], ...] = field(default=(), compare=False)


@dataclass(slots=True, frozen=True)
class _Voice:
    """What an answer says: the results of its query on the data sets, or its words."""

    results: tuple[Result, ...] = ()
    words: frozenset[str] = frozenset()

    def says_as(self, other: _Voice) -> bool:
        if not self.results or not other.results:
            return not self.results and not other.results and self.words == other.words
        pairs = zip(self.results, other.results, strict=True)
        return all(same_rows(one, two) and same_rows(two, one) for one, two in pairs)


def _sentence(finding: Finding) -> str:
    return f"{finding.message}; the nearest is {finding.nearest}" if finding.nearest else finding.message


class Judge:
    """Proves and runs answers about one database. A context manager: what runs their SQL is a process of its own."""

    def __init__(self, catalog: Catalog, seed: int = 0) -> None:
        self._catalog = catalog
        self._sandbox = Sandbox(catalog, seed)

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process of the rows."""
        self._sandbox.close()

    def vote(self, answers: Sequence[str], likelihoods: Sequence[float] = ()) -> Ballot:
        """The largest group of answers that say the same, the first of them; of groups as large the one with the
        likeliest answer, or where that is not known the one that came first, so the likeliest answer should. SQL has a
        voice where the checker proves it and it runs on made rows; words have one as they stand, refusals by what they
        deny. Where nobody has a voice the first counts."""
        groups: list[tuple[_Voice, list[int]]] = []
        for index, answer in enumerate(answers):
            voice = self._voice(answer)
            if voice is None:
                continue
            same = next((members for said, members in groups if said.says_as(voice)), None)
            if same is None:
                groups.append((voice, [index]))
            else:
                same.append(index)
        if not groups:
            return Ballot(0, 0)
        likely = likelihoods or [0.0] * len(answers)
        largest = [tuple(members) for _, members in groups]
        largest.sort(key=lambda members: (len(members), max(likely[member] for member in members)), reverse=True)
        return Ballot(largest[0][0], len(largest[0]), tuple(largest))

    def findings(self, answer: str) -> list[str]:
        """What is wrong with the SQL of an answer, as sentences: what the checker finds, else why it does not run;
        empty where there is no SQL."""
        sql = last_sql(answer)
        if not sql:
            return []
        verdict = check(sql, self._catalog)
        if verdict.status != "valid":
            return [_sentence(finding) for finding in verdict.findings if finding.kind != "house"]
        made = prepared(self._catalog, sql)
        result = self._sandbox.run(DATA_SETS[0], [made])[0] if isinstance(made, Executable) else made
        return [result.message] if result.status == "error" else []

    def _voice(self, answer: str) -> _Voice | None:
        sql = last_sql(answer)
        if not sql:
            if not answer.strip():
                return None
            names = frozenset(f"{denial.owner}.{denial.name}" for denial in denied(answer)) if refuses(answer) else None
            return _Voice(words=names or frozenset({" ".join(answer.casefold().split())}))
        if check(sql, self._catalog).status != "valid":
            return None
        made = prepared(self._catalog, sql)
        if not isinstance(made, Executable):
            return None
        results = tuple(self._sandbox.run(number, [made])[0] for number in DATA_SETS)
        return _Voice(results) if all(result.status == "rows" for result in results) else None
