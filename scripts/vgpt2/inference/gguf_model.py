"""A GGUF file, answered by llama.cpp in this process: greedy, as a model's folder is by transformers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vgpt2.errors import UserError
from vgpt2.files import digest, sha256
from vgpt2.inference.backends import Answer

if TYPE_CHECKING:
    from vgpt2.catalog.model import Catalog
    from vgpt2.inference.bounded.remote import Remote
    from vgpt2.inference.prompts import Prompt
    from vgpt2.settings import Decode

PACKAGE = "llama-cpp-python"


def can_ask() -> bool:
    """Whether llama.cpp's Python package is here; it is no part of the set-up."""
    return find_spec("llama_cpp") is not None


class GgufModel:
    """The model of a GGUF file. Prompts are written by the chat template in it, and cut by its own tokenizer."""

    template_hash: str

    def __init__(self, path: Path, max_new_tokens: int = 512) -> None:
        """Raises: UserError: llama.cpp is not here, or cannot load the file."""
        if not can_ask():
            raise UserError(f"{path}: llama.cpp is not here to ask it; pip install {PACKAGE}")
        import llama_cpp
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        self.model = str(path)
        self.max_new_tokens = max_new_tokens
        self._bounds: Remote | None = None
        try:
            self._model: Any = llama_cpp.Llama(str(path), n_ctx=0, verbose=False)
        except (ValueError, RuntimeError) as error:
            raise UserError(f"{path}: llama.cpp cannot load it ({error})") from None
        template = self._model.metadata.get("tokenizer.chat_template", "")
        self._write = Jinja2ChatFormatter(template, eos_token="", bos_token="")
        self.template_hash = digest(template)
        self.fingerprint = sha256(path)[:16]

    @property
    def read_by(self) -> str:
        """The package that reads the file, with its version."""
        return f"{PACKAGE} {version(PACKAGE)}"

    @property
    def settings(self) -> dict[str, Any]:
        """What else changes an answer."""
        decode = {"decode": self._bounds.mode} if self._bounds else {}
        return {"max_new_tokens": self.max_new_tokens, "decoding": "greedy", "engine": self.read_by, **decode}

    def bounded(self, mode: Decode, catalog: Catalog) -> GgufModel:
        """This model, its answers from now on bounded by the grammar that a server of llama.cpp is sent; or free."""
        from vgpt2.inference.bounded.remote import Remote

        self._bounds = Remote(mode, catalog) if mode != "free" else None
        return self

    def tokens(self, prompt: Prompt) -> list[int]:
        """The tokens of a prompt as this file cuts it."""
        text = self._write(messages=prompt.messages()).prompt
        return list(self._model.tokenize(text.encode(), add_bos=False, special=True))

    def answer(self, prompts: Sequence[Prompt]) -> Iterator[Answer]:
        """Answer all prompts, one after the other."""
        from llama_cpp import LlamaGrammar

        for index, prompt in enumerate(prompts):
            asked = self.tokens(prompt)
            text, note = self._bounds.grammar(prompt) if self._bounds else ("", "")
            said = self._model.create_completion(
                asked,
                max_tokens=self.max_new_tokens,
                temperature=0.0,
                repeat_penalty=1.0,
                top_k=1,
                grammar=LlamaGrammar.from_string(text, verbose=False) if text else None,
            )
            answer = said["choices"][0]["text"].strip()
            if text and self._bounds:
                note = self._bounds.kept(prompt, answer)
            yield Answer(index, answer, said["usage"]["completion_tokens"], len(asked), note=note)
