"""One question in, one answer out: retrieve the schema, ask the model, check the SQL against the catalog."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vgpt2.catalog.model import Catalog
from vgpt2.settings import Profile


@dataclass(slots=True)
class Reply:
    """An answer. `status`: of its SQL, `valid`, `invalid` or `unknown`; `none` without SQL. `findings`: what is wrong
    with it. `tables`: what the prompt showed. `tokens`: decoded ones."""

    text: str
    sql: str
    status: str
    findings: list[dict[str, Any]]
    schema: str
    tokens: int

    def guard(self) -> dict[str, Any]:
        """The `vgpt2` field of a response."""
        return {"sql": self.sql, "status": self.status, "findings": self.findings, "schema": self.schema}


class Desk:
    """A model with its catalog; answers one question at a time."""

    def __init__(self, model: Path, catalog: Catalog, profile: Profile) -> None:
        """Raises: UserError: the model cannot be loaded."""
        from vgpt2.catalog.retrieval import Retriever
        from vgpt2.exam.local_model import LocalModel

        self.catalog, self.profile = catalog, profile
        self.retriever = Retriever(catalog)
        self.model = LocalModel(model, batch_size=1, max_new_tokens=profile.exam.max_new_tokens)

    def ask(self, question: str) -> Reply:
        """Answer a question as the exam asks it."""
        from vgpt2.exam.prompts import build_prompt

        prompt = build_prompt(self.catalog, self.retriever, question, self.profile)
        [answer] = self.model.answer([prompt])
        sql, status, findings = guard(answer.text, self.catalog)
        return Reply(answer.text, sql, status, findings, prompt.input, answer.tokens)


def guard(answer: str, catalog: Catalog) -> tuple[str, str, list[dict[str, Any]]]:
    """The SQL of an answer, its status, and what is wrong with it: a query that names what does not exist is marked,
    never silently passed on."""
    from vgpt2.records.extract import last_sql
    from vgpt2.tsql.check import check

    sql = last_sql(answer)
    if not sql:
        return "", "none", []
    verdict = check(sql, catalog)
    findings = [
        {"kind": finding.kind, "rule": finding.rule, "message": finding.message, "nearest": finding.nearest}
        for finding in verdict.findings
    ]
    return sql, verdict.status, findings
