"""One question in, one answer out: retrieve the schema, ask the model, guard what it says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vgpt2.catalog.disarm import as_text
from vgpt2.catalog.model import Catalog
from vgpt2.records.prompt import conversation
from vgpt2.serving.asked import Wish
from vgpt2.serving.guard.guard import Judged, judge
from vgpt2.serving.guard.said import marked, proved, refused
from vgpt2.settings import Profile

if TYPE_CHECKING:
    from vgpt2.inference.prompts import Prompt


class TooLong(ValueError):
    """A prompt that the model has no room for."""


@dataclass(slots=True)
class Reply:
    """An answer. `status`: of its SQL, `valid`, `unknown`, `outside` or `invalid`; without SQL `none`, or `asks` where
    it asks what is meant. `findings`: what is wrong with it. `schema`: what the prompt showed. `tokens`: decoded ones;
    `prompt_tokens`: those of the prompt; `cut`: the answer was not complete at the limit; `because`: why the status is
    `unknown` or `outside`; `attempts`: how often the model was asked."""

    text: str
    sql: str
    status: str
    findings: list[dict[str, Any]]
    schema: str
    tokens: int
    prompt_tokens: int = 0
    cut: bool = False
    because: str = ""
    tables: tuple[str, ...] = ()
    attempts: int = 1

    def guard(self) -> dict[str, Any]:
        """The `vgpt2` field of a response."""
        return {
            "sql": self.sql,
            "status": self.status,
            "because": self.because,
            "findings": self.findings,
            "tables": list(self.tables),
            "attempts": self.attempts,
            "schema": self.schema,
        }


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

    def ask(
        self,
        question: str,
        max_new_tokens: int = 0,
        wish: Wish | None = None,
        turns: list[tuple[str, str]] | None = None,
    ) -> Reply:
        """Answer a question as the exam asks it: with the schema that it needs, unless the exam is from memory. A
        strict guard lets the model try once more with what was found.

        Raises:
            TooLong: the model has no room for the prompt.
        """
        from vgpt2.inference.prompts import asked_again, build_prompt

        wish = wish or Wish(guard="mark")
        mode = "memory" if self.profile.exam.modes[0] == "memory" else "schema"
        asked = as_text(conversation(question, turns or []))
        prompt = build_prompt(self.catalog, self.retriever, asked, self.profile, mode)
        if wish.system:
            prompt = replace(prompt, system=f"{prompt.system}\n{as_text(wish.system)}")
        reply, judged = self._once(prompt, max_new_tokens, wish)
        if wish.guard != "strict":
            reply.text = marked(reply.text, judged)
            return reply
        if not judged.leaves:
            found = "\n".join(finding["message"] for finding in judged.findings[:5]) or judged.because
            second, judged = self._once(asked_again(prompt, as_text(found)), max_new_tokens, wish)
            second.tokens += reply.tokens
            second.prompt_tokens += reply.prompt_tokens
            reply = second
            reply.attempts = 2
        reply.text = proved(reply.text, judged) if judged.leaves else refused(judged)
        return reply

    def complete(self, prompt: Prompt, max_new_tokens: int = 0, wish: Wish | None = None) -> Reply:
        """Answer a prompt as it is; at most `max_new_tokens`, and never more than the profile's (0: those).

        Raises:
            TooLong: the model has no room for the prompt.
        """
        return self._once(prompt, max_new_tokens, wish or Wish())[0]

    def _once(self, prompt: Prompt, max_new_tokens: int, wish: Wish) -> tuple[Reply, Judged]:
        from vgpt2.inference.draws import Drawn

        limit = min(max_new_tokens or self.model.max_new_tokens, self.model.max_new_tokens)
        if room := self.model.context:
            if (taken := self.model.count(prompt)) >= room:
                raise TooLong(f"the prompt takes {taken:,} tokens, and the model has room for {room:,} with its answer")
            limit = min(limit, room - taken)
        drawn = Drawn(wish.temperature, [wish.seed]) if wish.temperature else None
        [answer] = self.model.answer([prompt], limit, drawn)
        text = answer.text
        for stop in wish.stop:
            text = text.partition(stop)[0]
        judged = judge(text, self.catalog)
        reply = Reply(text, judged.sql, judged.status, judged.findings, prompt.input, answer.tokens)
        reply.prompt_tokens, reply.cut = answer.prompt_tokens, answer.tokens >= limit
        reply.because, reply.tables = judged.because, judged.tables
        return reply, judged
