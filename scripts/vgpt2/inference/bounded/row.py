"""One answer as it is decoded: prose, in which names have to exist where a plan writes them, and SQL in a fence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vgpt2.inference.bounded.ending import DEAREST, LAST, LAST_WORD, cost, needed
from vgpt2.inference.bounded.engine import Engine
from vgpt2.inference.bounded.prose import Prose
from vgpt2.tsql.grammar.written import bounded_words
from vgpt2.tsql.prefix.names import Names
from vgpt2.tsql.prefix.reader import refusal

if TYPE_CHECKING:
    import torch
    from llguidance import LLMatcher

_OPENED = re.compile(r"```(?:(?:t-?)?sql\s|[ \t]*\n)", re.IGNORECASE)
_OTHER = re.compile(r"```[^\n]*\n")
_WORD = re.compile(r"\w+")
_CLOSED = re.compile(r"\n\s*```")
# What the end of a fence begins with: no statement holds it.
_CLOSING = re.compile(r"\n\s*`")
NO_START = "free: a fence was opened and SQL begun in one token"
STUCK = "free from where no token could go on"
PROSE_STUCK = "prose free from where no token could go on"
_FENCE = "```"
_CLOSE = f"\n{_FENCE}"
# What ends a name or a text, and what may come beside names and words: asked for however unlikely it is.
_ENDS = ("]", "'", '"')
_SIGNS = ("(", ")", ",", ".", "=", "<", ">", "+", "-", "*", "/", " ", "\n", "1", _CLOSE)


class Row:
    """An answer. `note`: why it is not bounded, or not to its end; empty where it is."""

    def __init__(self, engine: Engine, names: Names, grammar: bool, prose: Prose | None = None, most: int = 0) -> None:
        """`grammar`: whether the whole statement is bounded, else the names in it only. `prose`: bounds what plans
        name; None: prose is free. `most`: so many tokens the answer may have; 0: any number."""
        self._engine, self._grammar, self._prose = engine, grammar, prose
        self._names = self._all_names = names
        self._matcher: LLMatcher | None = None
        self._raw = b""  # since the last fence was closed, or since this one was opened
        self._inside = False
        self._freed = False  # the SQL
        self._taken, self._most = 0, most
        self._spare: int | None = None  # tokens beyond those that the query needs to end; None: enough
        self.note = ""

    @property
    def bounded(self) -> bool:
        """Whether not every token may come next."""
        return not self._freed if self._inside else self._prose is not None

    def takes(self, token: int) -> bool:
        """Whether a token may come next."""
        if not self._inside:
            return self._prose is None or self._prose_takes(self._prose, token)
        if self._matcher is not None and self._matcher.validate_tokens([token]) != 1:
            return False
        added = self._engine.bytes_of(token)
        if not added:
            # The end of the answer, where the grammar is not asked.
            return not self._refusal(self._text(b""), whole=True)
        text = self._text(added, "replace")
        if closing := _CLOSING.search(text):
            return not self._refusal(text[: closing.start()], whole=True)
        return not self._refusal(text)

    def fits(self, token: int) -> bool:
        """Whether a token may come next, and there is room for what it begins."""
        return self.takes(token) and not self.lacks_room(token)

    def lacks_room(self, token: int) -> int:
        """The tokens that what begins with one that may come needs and has not left; 0 where there is room for it."""
        added = self._engine.bytes_of(token)
        if self._spare is None or not added or not self._inside:
            return 0
        text = self._text(added, "replace")
        if _CLOSING.search(text):
            return 0
        needs = cost(self._text(b""), text, self._names)
        return needs if needs > self._spare else 0

    def _refusal(self, sql: str, whole: bool = False) -> str:
        return refusal(sql, self._names, whole=whole, rules=self._grammar)

    def _prose_takes(self, prose: Prose, token: int) -> bool:
        added = self._engine.bytes_of(token)
        if not added:
            return not prose.refusal(self._text(b"").partition(_FENCE)[0], whole=True)
        said, fence, _ = self._text(added, "replace").partition(_FENCE)
        # within a fence of something else all is free
        return _FENCE.encode() in self._raw or not prose.refusal(said, whole=bool(fence))

    def names_go_on(self) -> list[int]:
        """The tokens with which a name that has begun, or one that is to begin, may go on; what ends one, or a text:
        within quotes a grammar takes nearly all tokens; in SQL its words and signs too."""
        text = self._text(b"")
        begun = LAST_WORD.search(text)
        word = begun.group() if begun else ""
        known = self._names if self._inside or self._prose is None else self._prose
        made = {name[len(word) :] for name in _WORD.findall(text) if name.startswith(word) and name != word}
        rests = (*known.going_on(word), *sorted(made), *_ENDS)
        if self._inside:
            upper = word.upper()
            rests += (*(known[len(word) :] for known in sorted(bounded_words()) if known.startswith(upper)), *_SIGNS)
        return [token for rest in rests for token in self._engine.tokens_into(rest)]

    def grammar_takes(self) -> torch.Tensor | None:
        """A mask of the tokens that the grammar takes next, or None where it is not asked."""
        return self._engine.mask(self._matcher) if self._matcher is not None else None

    def closing(self) -> int | None:
        """The next token of the end of the fence, where the answer has hardly room for more and its query is whole;
        None where it goes on."""
        if not self._inside or self._matcher is None or not 0 < self._most - self._taken <= LAST:
            return None
        text = self._text(b"")
        said = next((size for size in range(len(_CLOSE) - 1, 0, -1) if text.endswith(_CLOSE[:size])), 0)
        tokens = self._engine.tokens_of(_CLOSE[said:])
        if self._matcher.validate_tokens(tokens) < len(tokens):
            return None
        return None if self._refusal(text.rstrip("\n`"), whole=True) else tokens[0]

    def take(self, token: int) -> None:
        """A token was chosen."""
        self._taken += 1
        self._raw += self._engine.bytes_of(token)
        if self._inside:
            if self._matcher is not None:
                self._matcher.consume_token(token)
            if closed := _CLOSED.search(text := self._text(b"")):
                self._inside, self._matcher = False, None
                self._raw = text[closed.end() :].encode()
        else:
            self._look_for_fence()
        self._spare = None
        if self._inside and self._matcher is not None and self._most:
            spare = self._most - self._taken - needed(self._text(b""))
            self._spare = spare if spare < DEAREST else None

    def give_up(self) -> None:
        """Nothing can go on here: the rest is free; of prose the rest of the prose."""
        if self._inside:
            self._free(STUCK)
        else:
            self._prose, self.note = None, self.note or PROSE_STUCK

    def _free(self, note: str) -> None:
        self.note, self._matcher, self._freed = note, None, True

    def _text(self, added: bytes, errors: str = "ignore") -> str:
        """What is said. `errors`: half a character is to be seen (`replace`), so that no name goes on behind it."""
        return (self._raw + added).decode("utf-8", errors=errors)

    def _look_for_fence(self) -> None:
        if b"```" not in self._raw:
            return
        text = self._text(b"")
        if opened := _OPENED.search(text):
            begun = text[opened.end() :]
            self._inside, self._raw = True, begun.encode()
            self._names = self._all_names.planned(text[: opened.start()])
            if self._grammar and not self._freed:
                self._matcher = self._engine.matcher(begun)
                if self._matcher is None:
                    self._free(NO_START)
        elif (other := _OTHER.search(text)) and (closed := _CLOSED.search(text, other.end() - 1)):
            # a fence of something else, in which all is free
            self._raw = text[closed.end() :].encode()
