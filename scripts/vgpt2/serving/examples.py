"""Questions to begin with, made from the catalog as those of the training are, each with a proved answer."""

from __future__ import annotations

from vgpt2.catalog.model import Catalog

# From what is asked of one table to a total by another; simple ones first.
INTENTS = ("list_date", "sum", "group_count", "distinct")
COUNT = 3
# A longer question is no example, and a few tables of each kind are enough to look at.
LONGEST, TABLES = 110, 6


def examples(catalog: Catalog, count: int = COUNT) -> list[str]:
    """Up to `count` questions, each about another table; none where the catalog has nothing to ask about."""
    from vgpt2.synthesis.context import Context
    from vgpt2.synthesis.intents import all_intents
    from vgpt2.synthesis.intents.model import spelled
    from vgpt2.synthesis.render import render
    from vgpt2.synthesis.wordings import fill, templates
    from vgpt2.tsql.check.check import check

    ctx, known = Context.of(catalog, 0, "train"), {intent.name: intent for intent in all_intents()}
    found: list[str] = []
    spare: list[str] = []
    asked: set[str] = set()
    for name in INTENTS:
        label = f"examples/{name}"
        [(_, template), *_] = templates(name, "train")
        # What the database's own code uses most, people ask about most.
        subjects = sorted(known[name].subjects(ctx, label), key=lambda one: (-one.args[1].weight, -one.args[1].uses))
        for number, subject in enumerate(subjects[:TABLES]):
            draft = subject(ctx.rng(label, number), 0)
            if draft is None or asked.intersection(draft.query.tables()):
                continue
            question = fill(template, draft.phrases, draft.more)
            if len(question) > LONGEST or not check(render(draft.query, catalog), catalog).clean:
                continue
            # A question in the words of the business says more of what can be asked than one that spells names.
            (spare if spelled(ctx, draft) else found).append(question)
            if question in found:
                asked.update(draft.query.tables())
                break
    return [*found, *spare][:count]
