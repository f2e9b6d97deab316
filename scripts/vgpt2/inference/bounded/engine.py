"""The grammar engine (llguidance) over the tokens of one model."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from vgpt2.tsql.grammar.written import bounded_grammar

if TYPE_CHECKING:
    import torch
    from llguidance import LLMatcher, LLTokenizer
    from transformers import PreTrainedTokenizerBase


# What the engine and the tokenizer must read alike.
PROBE = "A plan: é.\n```sql\nSELECT a\n```"


class EngineError(Exception):
    """The engine cannot be used: why, in a few words."""


class Engine:
    """The bytes of each token, and matchers of the grammar: one grammar for a database, a copy for each answer."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, vocabulary: int, named: frozenset[str]) -> None:
        """`vocabulary`: how many logits the model gives; `named`: of `written.bounded_grammar`.

        Raises:
            EngineError: it does not know such a tokenizer, or the grammar is too large for it.
        """
        from llguidance import LLMatcher

        try:
            self._tokens = _tokens(tokenizer, vocabulary)
        except (ValueError, TypeError, AttributeError, RuntimeError) as error:
            raise EngineError(f"the grammar engine does not know this tokenizer ({_short(error)})") from None
        said = tokenizer(PROBE, add_special_tokens=False)["input_ids"]
        if b"".join(map(self.bytes_of, said)) != PROBE.encode():
            raise EngineError("the grammar engine reads this tokenizer's tokens as other text than it does")
        self.vocabulary = vocabulary
        self._first = LLMatcher(self._tokens, bounded_grammar(named), log_level=0)
        if self._first.is_error():
            raise EngineError(f"the grammar engine does not take the grammar ({_short(self._first.get_error())})")

    def matcher(self, begun: str = "") -> LLMatcher | None:
        """A matcher at the beginning of a statement, behind `begun`; None where no statement begins so."""
        made = self._first.deep_copy()
        if begun and not made.consume_tokens(self._tokens.tokenize_str(begun)):
            return None
        return made

    def bytes_of(self, token: int) -> bytes:
        """What a token adds to a text; nothing for one that only steers."""
        return b"" if self._tokens.is_special_token(token) else self._tokens.decode_bytes([token])

    def tokens_of(self, text: str) -> list[int]:
        """The tokens of a text."""
        return list(self._tokens.tokenize_str(text))

    def tokens_into(self, text: str) -> list[int]:
        """The tokens with which a text may begin."""
        raw = text.encode()
        found = (self._by_bytes.get(raw[:size]) for size in range(1, len(raw) + 1))
        return [token for token in found if token is not None]

    @cached_property
    def _by_bytes(self) -> dict[bytes, int]:
        return {added: token for token in range(self._tokens.vocab_size) if (added := self.bytes_of(token))}

    def mask(self, matcher: LLMatcher) -> torch.Tensor:
        """Which tokens may come next, [vocabulary]."""
        import torch
        from llguidance.torch import allocate_token_bitmask, fill_next_token_bitmask

        bits = allocate_token_bitmask(1, self._tokens.vocab_size)
        fill_next_token_bitmask(matcher, bits)
        each = (bits[0, :, None] >> torch.arange(32, dtype=torch.int32)) & 1
        return each.reshape(-1)[: self.vocabulary].bool()


def _tokens(tokenizer: PreTrainedTokenizerBase, vocabulary: int) -> LLTokenizer:
    """The engine's own form of a tokenizer. Models may give logits for more tokens than there are, never for fewer."""
    from llguidance import LLTokenizer
    from tokenizers import Tokenizer, decoders

    own = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    own.no_padding()
    own.no_truncation()
    if "ByteLevel" in repr(own.pre_tokenizer):
        # Of a decoder in several steps, as a GGUF's has, the engine would take the first for all.
        own.decoder = decoders.ByteLevel()
    return LLTokenizer(own.to_str(), n_vocab=max(vocabulary, len(tokenizer)), eos_token=tokenizer.eos_token_id)


def _short(error: Any) -> str:
    return " ".join(str(error).split())[:120]
