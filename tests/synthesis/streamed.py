"""The beginning of a stream of examples, each made once for all tests that ask for the same stream of a catalog."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from vgpt2.catalog.model import Catalog
from vgpt2.synthesis.generate import stream
from vgpt2.synthesis.model import Example


@dataclass
class _Begun:
    """A stream, and what came of it so far."""

    source: Iterator[Example]
    made: list[Example] = field(default_factory=list)


class _Streams(dict[tuple, _Begun]):
    """By what was asked for; kept on the catalog."""


def streamed(
    catalog: Catalog,
    kind: str,
    seed: int,
    count: int,
    side: str = "train",
    intents: Sequence[str] = (),
    plain: bool = False,
) -> list[Example]:
    """The first `count` examples of a stream, fewer where it ends before."""
    begun = catalog.derived.get(_Streams, _Streams)
    key = kind, seed, side, tuple(intents), plain
    if key not in begun:
        begun[key] = _Begun(stream(catalog, kind, seed, side, intents=intents, plain=plain))
    known = begun[key]
    known.made += islice(known.source, max(0, count - len(known.made)))
    return known.made[:count]
