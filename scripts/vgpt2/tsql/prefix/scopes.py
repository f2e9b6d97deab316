"""What one SELECT sees, and what it has named before its FROM: that FROM must hold it all before it may end."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from vgpt2.tsql.prefix.names import Names, Source, may_be_alias
from vgpt2.tsql.prefix.values import Typed

# So many more tables are thought of when it is asked whether columns can stand together.
_MORE = 3


@dataclass(slots=True)
class Scope:
    """One SELECT. `bare`: columns that were named before FROM, without a table; `wanted`: with one, by its name."""

    names: Names
    ctes: dict[str, Source]
    outer: Scope | None = None
    phase: str = "list"  # list | from | on | where | group | having | order
    sources: list[Source] = field(default_factory=list)
    bare: set[str] = field(default_factory=set)
    wanted: dict[str, set[str]] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    starred: bool = False
    begins: int = 0  # its first token behind SELECT

    # ------------------------------------------------------------------------------------------ columns alone
    def takes(self, name: str, partial: bool, fits: Callable[[str], bool] = lambda column: True) -> bool:
        """Whether a column may stand alone here; one that is whole is noted. `fits`: whether one may be meant."""
        if partial:
            return any(fits(column) and self._takes(column) for column in self._columns() if column.startswith(name))
        if not self._takes(name):
            return False
        self._note(name)
        return True

    def _columns(self) -> Iterator[str]:
        """All that may be meant, some of them twice."""
        for source in self._possible():
            yield from source.columns or ()
        if self.phase == "order":
            yield from self.made
        if self.outer:
            yield from self.outer._columns()

    def _possible(self) -> Sequence[Source]:
        return [*self.names.tables, *self.ctes.values()] if self.phase == "list" else self.sources

    def _takes(self, name: str) -> bool:
        if self.phase == "list":
            return self._coverable((), {*self.bare, name}, _MORE)
        if self.phase == "order" and name in self.made:
            return True
        holders = _holders(self.sources, name)
        return len(holders) == 1 if holders else self._is_outer(name)

    def _is_outer(self, name: str) -> bool:
        return self.outer is not None and self.outer._takes(name)

    def _note(self, name: str) -> None:
        if self.phase == "list":
            self.bare.add(name)
        elif self.outer and not _holders(self.sources, name) and not (self.phase == "order" and name in self.made):
            self.outer._note(name)

    def _coverable(self, sources: Sequence[Source], bare: Collection[str], more: int) -> bool:
        """Whether with `more` further tables each of these columns is in one source only."""
        missing = ""
        for name in sorted(bare):
            holders = _holders(sources, name)
            if len(holders) > 1:
                return False
            if not holders and not self._is_outer(name):
                missing = missing or name
        if not missing:
            return True
        further = [source for source in (*self.names.tables, *self.ctes.values()) if _holders([source], missing)]
        return more > 0 and any(self._coverable((*sources, source), bare, more - 1) for source in further)

    # ------------------------------------------------------------------------------------------ columns of a table
    def qualifies(self, name: str, partial: bool) -> bool:
        """Whether a column may be said to be of what is called so."""
        found = [source.name for source in self.sources]
        if self.phase == "list":
            found += [source.name for source in (*self.names.tables, *self.ctes.values())]
            if may_be_alias(name) or self.names.may_be_derived(name, partial):
                return True
        if any(known.startswith(name) if partial else known == name for known in found):
            return True
        return self.outer is not None and self.outer.qualifies(name, partial)

    def takes_of(self, qualifier: str, name: str, partial: bool) -> bool:
        """Whether what is called `qualifier` may have this column; one that is whole is noted."""
        for source in self.sources:
            if source.name == qualifier:
                return _has(source, name, partial)
        if self.phase != "list":
            return self.outer is not None and self.outer.takes_of(qualifier, name, partial)
        if self.outer and any(source.name == qualifier for source in self.outer.sources):
            return self.outer.takes_of(qualifier, name, partial)
        held = self.wanted.get(qualifier, set())
        called = [source for source in (*self.ctes.values(), *self.names.tables) if source.name == qualifier]
        if not called and may_be_alias(qualifier):
            called = [*self.ctes.values(), *self.names.tables]
        if called:
            found = any(_has(source, name, partial) and _holds(source, held) for source in called)
        else:
            found = self.names.may_be_derived(qualifier, False)
        if found and not partial:
            self.wanted.setdefault(qualifier, set()).add(name)
        return found

    def wants(self, qualifier: str) -> bool:
        """Whether all columns of what is called so may be selected; noted where they may."""
        if not self.qualifies(qualifier, False):
            return False
        if not any(source.name == qualifier for source in self.sources):
            self.wanted.setdefault(qualifier, set())
        return True

    # ------------------------------------------------------------------------------------------ values
    def typed(self, parts: Sequence[str], partial: bool) -> list[Typed | None]:
        """What the columns are that may be meant, or begin so; None: one of which nothing is known."""
        name, owner = parts[-1], parts[-2] if len(parts) > 1 else ""
        if self.phase == "order" and not owner and name in self.made:
            return [None]
        sources = [*self._possible(), *self.sources] if self.phase == "list" else self.sources
        found: list[Typed | None] = []
        for source in sources:
            if owner in ("", source.name):
                alike = [name] if not partial else [one for one in source.columns or () if one.startswith(name)]
                found += [self.names.typed_in(source, one) for one in alike if _has(source, one, False)]
        return found or (self.outer.typed(parts, partial) if self.outer else [None])

    # ------------------------------------------------------------------------------------------ FROM
    def may_add(self, source: Source) -> bool:
        """Whether a table may stand in FROM beside the others: no column may be in two that was named without one."""
        return self._coverable((*self.sources, source), self.bare, _MORE)

    def may_be_called(self, source: Source, name: str) -> bool:
        """Whether a source may have this name: nobody else has it, and it has what was selected under it."""
        return all(other.name != name for other in self.sources) and _holds(source, self.wanted.get(name, ()))

    def lacks(self) -> str:
        """What was named before FROM and is in none of its sources, or in two; empty: nothing. What an outer query
        has is noted there."""
        for name in sorted(self.bare):
            holders = _holders(self.sources, name)
            if len(holders) > 1 or not (holders or self._is_outer(name)):
                return name
            if not holders and self.outer:
                self.outer._note(name)
        for qualifier, columns in self.wanted.items():
            own = next((source for source in self.sources if source.name == qualifier), None)
            if own is not None and _holds(own, columns):
                continue
            if own is not None or self.outer is None or not self.outer.qualifies(qualifier, False):
                return qualifier
            if not all(self.outer.takes_of(qualifier, column, False) for column in sorted(columns)):
                return qualifier
        return ""


def _holders(sources: Sequence[Source], name: str) -> list[Source]:
    """The sources that have a column; one whose columns are not known counts where no other has it."""
    sure = [source for source in sources if source.columns is not None and name in source.columns]
    return sure or [source for source in sources if source.columns is None][:1]


def _has(source: Source, name: str, partial: bool) -> bool:
    if source.columns is None:
        return True
    return any(column.startswith(name) for column in source.columns) if partial else name in source.columns


def _holds(source: Source, columns: Collection[str]) -> bool:
    return source.columns is None or source.columns >= set(columns)
