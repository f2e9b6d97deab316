"""One question in, one answer out: retrieve the schema, ask the model, check the SQL against the catalog."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vgpt2.catalog.model import Catalog
from vgpt2.serving.guard.guard import judge
from vgpt2.settings import Profile

if TYPE_CHECKING:
    from vgpt2.inference.prompts import Prompt


@dataclass(slots=True)
class Reply:
    """An answer. `status`: of its SQL, `valid`, `invalid` or `unknown`; `none` without SQL. `findings`: what is wrong
    with it. `schema`: what the prompt showed. `tokens`: decoded ones; `prompt_tokens`: those of the prompt; `cut`: the
    answer was not complete at the limit."""

    text: str
    sql: str
    status: str
    findings: list[dict[str, Any]]
    schema: str
    tokens: int
    prompt_tokens: int = 0
    cut: bool = False

    def guard(self) -> dict[str, Any]:
        """The `vgpt2` field of a response."""
        return {"sql": self.sql, "status": self.status, "findings": self.findings, "schema": self.schema}


class Desk:
    """A model with its catalog; answers one question at a time."""

    def __init__(self, model: Path, catalog: Catalog, profile: Profile) -> None:
        """Raises: UserError: the model cannot be loaded."""
        from vgpt2.catalog.retrieval import Retriever
        from vgpt2.inference.local_model import LocalModel

        self.catalog, self.profile = catalog, profile
        self.retriever = Retriever(catalog)
        loaded = LocalModel(model, batch_size=1, max_new_tokens=profile.exam.max_new_tokens)
        self.model = loaded.bounded(profile.decode, catalog)

    def about(self) -> dict[str, Any]:
        """What an exam has to know of the model behind an endpoint."""
        return {
            "template_hash": self.model.template_hash,
            "fingerprint": self.model.fingerprint,
            "max_new_tokens": self.model.max_new_tokens,
        }

    def ask(self, question: str, max_new_tokens: int = 0) -> Reply:
        """Answer a question as the exam asks it: with the schema that it needs, unless the exam is from memory."""
        from vgpt2.inference.prompts import build_prompt

        mode = "memory" if self.profile.exam.modes[0] == "memory" else "schema"
        prompt = build_prompt(self.catalog, self.retriever, question, self.profile, mode)
        return self.complete(prompt, max_new_tokens)

    def complete(self, prompt: Prompt, max_new_tokens: int = 0) -> Reply:
        """Answer a prompt as it is; at most `max_new_tokens`, and never more than the profile's (0: those)."""
        limit = min(max_new_tokens or self.model.max_new_tokens, self.model.max_new_tokens)
        [answer] = self.model.answer([prompt], limit)
        sql, status, findings = guard(answer.text, self.catalog)
        cut = answer.tokens >= limit
        return Reply(answer.text, sql, status, findings, prompt.input, answer.tokens, answer.prompt_tokens, cut)


def guard(answer: str, catalog: Catalog) -> tuple[str, str, list[dict[str, Any]]]:
    """The SQL of an answer, its status, and what is wrong with it (`guard.guard.judge`)."""
    judged = judge(answer, catalog)
    return judged.sql, judged.status, judged.findings
