"""The SFT set without the negatives: exactly the shares of the mix, its queries run and made in several processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice

from vgpt2.catalog.model import Catalog
from vgpt2.records.held_out import HeldOut
from vgpt2.records.sql_mix import wanted_mix
from vgpt2.settings import DataSettings
from vgpt2.synthesis.ambiguous.stream import stream as ambiguous_stream
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.coverage import Coverage
from vgpt2.synthesis.generate import KINDS, chosen_intents, fits, stream
from vgpt2.synthesis.intents import all_intents
from vgpt2.synthesis.mix import Mix
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.streams import each_once, in_turn, sql_examples
from vgpt2.synthesis.wordings import sql_wordings, text_wordings
from vgpt2.synthesis.workers import BLOCK, Workers

# Questions about columns that nothing else names are at most this share of a set: with the other questions about the
# schema they stay under 15 %.
MOST_COVERING = 0.028
# Fewer queries than this are made sooner than a second process starts.
WORTH_PROCESSES = 3000
# Blocks of each intent that are made while the other kinds are, at most (0.44 GB in all with these).
MOST_AHEAD = 32


def sft_examples(
    catalog: Catalog,
    data: DataSettings,
    seed: int,
    held_out: HeldOut | None = None,
    *,
    processes: int = 1,
    cover: bool = False,
    dropped: Counter | None = None,
    warn: Callable[[str], None] = lambda text: None,
) -> Iterator[Example]:
    """The SFT set without the negatives and their twins: exactly the shares of the mix, SQL after the other kinds.

    What a kind cannot fill is filled with SQL; `warn` is told how many the catalog could make. The SQL is run on the
    embedded engine, and made in so many processes; their number changes nothing but the time.

    Args:
        cover: the set ends with questions about the columns that it has not named, as many as it takes, but at most
            MOST_COVERING of it; they take the place of SQL.
    """
    # A fault in the wordings is said before anything is made, and never by a process of its own.
    sql_wordings()
    text_wordings()
    counts = dropped if dropped is not None else Counter()
    coverage = Coverage(catalog) if cover else None
    left = total = data.sft - 2 * data.negatives
    names = data.intents.get("sql", ())
    chosen = chosen_intents("sql", names)
    queries = round(total * data.mix.get("sql", 0))
    opener = QueryStreams(catalog, seed, data.compact)
    # Opened first: while the other kinds are made here, the processes make the first of each intent.
    with _opened(opener, chosen, processes, queries, counts) as streams:
        for kind in KINDS[1:]:
            count = round(total * data.mix.get(kind, 0))
            only = data.intents.get(kind, ())
            made = stream(catalog, kind, seed, "train", held_out, dropped=counts, intents=only, plain=data.compact)
            found = yield from _fill(made, data, coverage, count)
            left -= found
            if found < count:
                warn(f"{kind}: {found:,} of {count:,}: the catalog has no more; SQL fills the rest")
        count = round(total * data.mix.get("ambiguous", 0)) // 3 * 3
        if count:
            found = yield from _fill(_ambiguous(catalog, data, seed, held_out), data, coverage, count)
            left -= found
            if found < count:
                warn(f"ambiguous: {found:,} of {count:,}: the catalog has no more; SQL fills the rest")
        # A name that is given twice has its turn twice; a profile that names its intents has the mix of these.
        mix = Mix(wanted_mix(catalog, data))
        # The order of turns is that of the intents, whichever process makes them.
        ordered = {name: streams[name] for name in chosen}
        turns = in_turn([ordered[name] for name in names]) if names else mix.in_turn(ordered)
        once = each_once(turns, "train", held_out or HeldOut())
        found = yield from _fill(once, data, coverage, left, round(total * MOST_COVERING), mix)
    left -= found
    if coverage:
        for example in islice(coverage.examples(Context.of(catalog, seed, "train", data.compact)), left):
            left -= 1
            yield example
        if lacking := coverage.never_named():
            warn(f"{len(lacking):,} columns occur in no record ({', '.join(lacking[:3])}, ...): make a larger set")
    if left:
        warn(f"sql: {found:,} of {found + left:,}: the catalog has no more with these intents")


def _ambiguous(catalog: Catalog, data: DataSettings, seed: int, held_out: HeldOut | None) -> Iterator[Example]:
    """Questions that are asked back, each with the user's next turn and with its clear twin; all three are short
    enough, or none is taken."""
    triples = ambiguous_stream(catalog, seed, "train", held_out, data.compact)
    return chain.from_iterable(triple for triple in triples if all(fits(one, data) for one in triple))


def _fill(
    items: Iterable[Example],
    data: DataSettings,
    coverage: Coverage | None,
    room: int,
    spare: int = 0,
    mix: Mix | None = None,
) -> Generator[Example, None, int]:
    """At most `room` items that are short enough; the generator's value is their number.

    Args:
        spare: at most so many places are left to the questions that `coverage` still needs.
        mix: is told what was kept.
    """
    count = 0
    fitting = (item for item in items if fits(item, data))
    while count < room - (min(coverage.needed, spare) if coverage else 0):
        item = next(fitting, None)
        if item is None:
            break
        if coverage:
            coverage.saw(item)
        if mix:
            mix.saw(item)
        count += 1
        yield item
    return count


@dataclass(slots=True, frozen=True)
class QueryStreams:
    """Opens the streams of SQL intents, each query run on an engine of this process."""

    catalog: Catalog
    seed: int
    plain: bool

    def __call__(self, names: Sequence[str], dropped: Counter) -> dict[str, Iterator[Example]]:
        """One stream a name."""
        from vgpt2.tsql.run.execute import Engine

        ctx, engine = Context.of(self.catalog, self.seed, "train", self.plain), Engine(self.catalog, self.seed)
        intents = {intent.name: intent for intent in all_intents()}
        return {name: sql_examples(ctx, intents[name], engine, dropped) for name in names}


@contextmanager
def _opened(
    opener: QueryStreams, names: Sequence[str], processes: int, queries: int, dropped: Counter
) -> Iterator[dict[str, Iterator[Example]]]:
    """The streams by name, made in so many processes where about so many queries are wanted."""
    if processes > 1 and queries >= WORTH_PROCESSES:
        ahead = min(MOST_AHEAD, 1 + queries // (BLOCK * len(names)))
        with Workers(opener, names, processes, dropped, ahead) as workers:
            yield workers.streams()
    else:
        yield opener(names, dropped)
