"""The text that leaves: a proved answer put together anew, one with a note, and what is said where none is proved."""

from __future__ import annotations

from vgpt2.records.answers.layout import lay_out, plain_form
from vgpt2.serving.guard.guard import Judged
from vgpt2.tsql.grammar.recognise import Stop, recogniser


def proved(answer: str, judged: Judged) -> str:
    """The prose of an answer and its one query, and nothing else of it."""
    layout = lay_out(answer)
    if not judged.sql:
        return plain_form(answer).strip() if not layout.blocks else layout.prose.strip()
    block = f"```sql\n{judged.sql}\n```"
    before = layout.blocks[0].before if layout.blocks else judged.prose
    after = layout.prose[len(before) :] if layout.blocks and layout.prose.startswith(before) else ""
    parts = [before.strip(), block, after.strip()]
    if judged.status == "unknown":
        parts.append(f"Not proved: {judged.because} cannot be followed.")
    return "\n".join(part for part in parts if part)


def marked(answer: str, judged: Judged) -> str:
    """An answer as the model gave it, with the findings as a note behind it."""
    if judged.status in ("none", "asks", "valid"):
        return answer
    if judged.status == "unknown":
        return f"{answer}\n\nNote: not proved, {judged.because} cannot be followed."
    return f"{answer}\n\nNote: do not run this. {' '.join(_reasons(judged))}"


def refused(judged: Judged) -> str:
    """What does not exist and what is nearest; the query below as not proved, where it is a SELECT of this database."""
    reasons = "\n".join(f"- {reason}" for reason in _reasons(judged))
    text = f"I have no query for this that could be proved:\n{reasons}"
    shown = judged.status == "invalid" and all(finding["kind"] != "syntax" for finding in judged.findings)
    if shown and judged.sql and not isinstance(recogniser().read(judged.sql), Stop):
        text += f"\n\nNot proved, do not run it:\n```sql\n{judged.sql}\n```"
    return text


def _reasons(judged: Judged) -> list[str]:
    """Each finding as a sentence."""
    found = []
    for finding in judged.findings[:5]:
        nearest = f"; the nearest is {finding['nearest']}" if finding["nearest"] else ""
        found.append(f"{finding['message']}{nearest}.")
    return [*([f"{judged.because}."] if judged.because else []), *found] or ["the answer holds no single SELECT."]
