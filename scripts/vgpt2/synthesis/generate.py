"""Streams of proved examples: every kind, every intent in turn, every table and column in the long run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal, get_args

from vgpt2.catalog.model import Catalog
from vgpt2.errors import UserError, did_you_mean
from vgpt2.records.held_out import HeldOut
from vgpt2.settings import DataSettings
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.corrections import FAULTS, correction_examples, possible_faults
from vgpt2.synthesis.documents import documents, schema_questions
from vgpt2.synthesis.documents.documents import document_examples
from vgpt2.synthesis.documents.schema_questions import schema_examples
from vgpt2.synthesis.intents import all_intents
from vgpt2.synthesis.model import REPLY, Example
from vgpt2.synthesis.negatives import forms
from vgpt2.synthesis.streams import each_once, in_turn, sql_examples

if TYPE_CHECKING:
    from vgpt2.tsql.run.execute import Engine

Kind = Literal["sql", "schema", "document", "correction"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# Beside them the SFT set has questions with two readings (`ambiguous/`), which are of nobody else's use.
SFT_KINDS = (*KINDS, "ambiguous")
# The intents of every kind; a profile may name those that it wants.
INTENTS: dict[str, tuple[str, ...]] = {
    "sql": tuple(intent.name for intent in all_intents()),
    "schema": schema_questions.INTENTS,
    "document": documents.INTENTS,
    "correction": tuple(FAULTS),
    "negative": tuple(dict.fromkeys(forms.KINDS)),
}
# In a compact prompt question and answer have at most so many characters.
COMPACT_CHARACTERS = 420
# So many more where the question holds what was asked before, and asked back.
COMPACT_EARLIER = 140


def stream(
    catalog: Catalog,
    kind: str,
    seed: int,
    side: str = "train",
    held_out: HeldOut | None = None,
    *,
    intents: Sequence[str] = (),
    engine: Engine | None = None,
    dropped: Counter | None = None,
    plain: bool = False,
) -> Iterator[Example]:
    """Examples of one kind (`sql`, `schema`, `document`, `correction`), all its intents in turn, until none is left.

    Args:
        side: `train`, which leaves alone what `held_out` holds, or `exam`, which has its own wordings.
        intents: names of intents to use, each as often as it is named; empty: all of the kind.
        engine: runs the SQL: what fails there is dropped, what returns rows is preferred.
        dropped: counts what was not kept, by `intent/reason`.
        plain: see `Context`.
    """
    ctx = Context.of(catalog, seed, side, plain)
    counts = dropped if dropped is not None else Counter()
    yield from each_once(in_turn(_sources(ctx, kind, intents, engine, counts)), side, held_out or HeldOut())


def examples(
    catalog: Catalog,
    data: DataSettings,
    seed: int,
    side: str = "train",
    held_out: HeldOut | None = None,
    kinds: Sequence[Kind] | None = None,
) -> Iterator[Example]:
    """All kinds in the proportions of the mix, until every stream has ended."""
    mix = {kind: data.mix.get(kind, 0) for kind in kinds or KINDS}
    streams = {
        kind: stream(catalog, kind, seed, side, held_out, intents=data.intents.get(kind, ()), plain=data.compact)
        for kind, share in mix.items()
        if share
    }
    owed = dict.fromkeys(streams, 0.0)
    while streams:
        for kind in list(streams):
            owed[kind] += mix[kind]
            while owed[kind] >= max(mix.values()):
                owed[kind] -= max(mix.values())
                example = next(streams[kind], None)
                if example is None:
                    del streams[kind]
                    break
                yield example


def fits(example: Example, data: DataSettings) -> bool:
    """Whether an example is short enough: prompts with few columns are made for small models and few tokens."""
    most = COMPACT_CHARACTERS + COMPACT_EARLIER * (example.source == REPLY)
    return not data.compact or len(example.question) + len(example.answer) <= most


def _sources(
    ctx: Context, kind: str, names: Sequence[str], engine: Engine | None, dropped: Counter
) -> list[Iterator[Example]]:
    makers: dict[str, Callable[[str], Iterator[Example]]] = {
        "sql": lambda name: sql_examples(ctx, sql_intents[name], engine, dropped),
        "schema": lambda name: schema_examples(ctx, name),
        "document": lambda name: document_examples(ctx, name, dropped),
        "correction": lambda name: correction_examples(ctx, name, in_turn(_plain_queries(ctx, name, dropped))),
    }
    sql_intents = {intent.name: intent for intent in all_intents()}
    possible = possible_faults(ctx) if kind == "correction" else INTENTS[kind]
    made = {name: makers[kind](name) for name in chosen_intents(kind, names) if name in possible}
    # A name that is given twice has its turn twice.
    return [made[name] for name in names or made if name in made]


def chosen_intents(kind: str, names: Sequence[str]) -> list[str]:
    """The intents of a kind that `names` gives, each once; all of them where it is empty.

    Raises:
        UserError: no such intent; the nearest one is named.
    """
    unknown = next((name for name in names if name not in INTENTS[kind]), None)
    if unknown is not None:
        raise UserError(f"data.intents.{kind}: no intent '{unknown}'{did_you_mean(unknown, INTENTS[kind])}")
    return list(dict.fromkeys(names or INTENTS[kind]))


def negative_kinds(data: DataSettings) -> Sequence[str]:
    """The kinds of negatives that a profile names, each as often as it is named; all as often as they matter else.

    Raises:
        UserError: no such kind; the nearest one is named.
    """
    names = data.intents.get("negative", ())
    chosen_intents("negative", names)
    return names or forms.KINDS


def _plain_queries(ctx: Context, label: str, dropped: Counter) -> list[Iterator[Example]]:
    """Queries to spoil; seeds of their own, so that they are not the queries of the SQL records."""
    short = [intent for intent in all_intents() if intent.group == "sql" or intent.name == "join_list"]
    if label == "fix_key":
        short = [intent for intent in all_intents() if intent.name in ("join_list", "join_sum", "join_count")]
    if label == "fix_group":
        short = [intent for intent in short if intent.name.startswith(("group_", "having_"))]
    return [sql_examples(ctx, intent, None, dropped, label) for intent in short]
