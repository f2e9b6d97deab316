"""A model loaded with transformers: decoding in left-padded batches, longest prompts first; greedy unless draws are
asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vgpt2.errors import UserError
from vgpt2.files import digest
from vgpt2.inference.backends import Answer
from vgpt2.inference.prompts import Prompt
from vgpt2.model_folder import NO_CODE, SAFE, check_adapter, check_weights, fingerprint, resolve
from vgpt2.screen import screen

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from vgpt2.catalog.model import Catalog
    from vgpt2.inference.bounded.bounds import Bounds
    from vgpt2.inference.bounded.row import Row
    from vgpt2.inference.draws import Drawn
    from vgpt2.settings import Decode

# One of these is in a folder that holds a model, or names one.
MODEL_FILES = ("config.json", "pointer.json")


class LocalModel:
    """A model of this machine (or the one that a `pointer.json` names), with adapters merged into it in their order.

    fp32 on a CPU, bf16 on a GPU. Decoding of an answer ends at the end token or at `max_new_tokens`: an answer is read
    whole, as one that was recorded or comes from an endpoint (a second block may be the better one, or a DELETE).

    Each stage of a run is a whole model in `saves/<stage>/merged`, so each is loaded once. Adapters on one base (the
    checkpoints of a stage) need one load for all of them: see `with_adapters`.
    """

    _model: PreTrainedModel
    _tokenizer: PreTrainedTokenizerBase

    def __init__(
        self, path: str | Path, adapters: Sequence[str | Path] = (), batch_size: int = 32, max_new_tokens: int = 512
    ) -> None:
        """Raises: UserError: a path does not exist or holds no model that can be loaded."""
        self._path = path
        self.batch_size = batch_size
        self.max_new_tokens = max_new_tokens
        self._untouched: dict = {}
        self._bounds: Bounds | None = None
        check_folder(path, *MODEL_FILES)
        _check_adapters(adapters)
        with screen().doing(f"loading the model {path}"):
            self._load(resolve(path))
            self._take(adapters)
        self.template_hash = digest(self._tokenizer.chat_template)

    @property
    def settings(self) -> dict[str, Any]:
        """What changes an answer beside model and prompt."""
        dtype = str(self._model.dtype).removeprefix("torch.")
        decode = {"decode": self._bounds.mode} if self._bounds else {}
        return {"max_new_tokens": self.max_new_tokens, "decoding": "greedy", "dtype": dtype, **decode}

    def bounded(self, mode: Decode, catalog: Catalog) -> LocalModel:
        """This model, its answers from now on bounded to names of this database, or to T-SQL with them; or free."""
        from vgpt2.inference.bounded.bounds import Bounds

        self._bounds = Bounds(mode, catalog) if mode != "free" else None
        if self._bounds:
            self._bounds.ready(self._tokenizer, self._model.get_output_embeddings().out_features)
        return self

    def with_adapters(self, adapters: Sequence[str | Path]) -> LocalModel:
        """This model, now with these adapters in place of those that it had; the base is not loaded again.

        Answers are those of a fresh `LocalModel(path, adapters)`, to the bit: the base's own weights, of which a copy
        is kept in memory from the first call on, are put back before the adapters are merged.

            model = LocalModel(base)
            for checkpoint in checkpoints:
                examine(model.with_adapters([checkpoint]), ...)

        Raises:
            UserError: an adapter does not exist or does not fit; the model is then its base again.
        """
        import torch

        _check_adapters(adapters)
        if not self._untouched:
            if self._adapters:
                self._load(resolve(self._path))
            self._untouched = {name: value.to("cpu", copy=True) for name, value in self._model.state_dict().items()}
        else:
            with torch.no_grad():
                for name, value in self._model.state_dict().items():
                    value.copy_(self._untouched[name])
        try:
            self._take(adapters)
        except UserError:
            self._load(resolve(self._path))  # half of an adapter may be in it
            self._take(())
            raise
        return self

    def _take(self, adapters: Sequence[str | Path]) -> None:
        """Merge adapters into the loaded base."""
        from vgpt2.inference.packed import pack, unpack

        self._name(())
        unpack(self._model)
        for adapter in adapters:
            from peft import PeftModel
            from safetensors import SafetensorError

            # the next ones are of the model that those before make
            check_adapter(adapter, self._path if adapter is adapters[0] else "")
            try:
                self._model = PeftModel.from_pretrained(self._model, str(adapter)).merge_and_unload().eval()
            except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
                raise UserError(f"{adapter}: cannot be merged into {self._path} ({_first_line(error)})") from None
            finally:
                # what peft leaves on the model it was given; the next adapter is not a second one of the first
                vars(self._model).pop("peft_config", None)
        pack(self._model)
        self._name(adapters)

    def _name(self, adapters: Sequence[str | Path]) -> None:
        self._adapters = tuple(adapters)
        self.model = str(self._path) + "".join(f"+{item}" for item in adapters)
        self.fingerprint = digest([fingerprint(self._path), *(fingerprint(item) for item in adapters)])

    def _load(self, name: str) -> None:
        # Threads that wait give their core away, and not only under make: with anything else running, spinning ones
        # cost most of the speed. Read when torch is loaded.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        import torch
        from safetensors import SafetensorError
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils import logging

        from vgpt2.inference.decode import prepare

        logging.disable_progress_bar()
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        dtype = torch.bfloat16 if self._device == "cuda" else torch.float32
        check_weights(name)
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(name, padding_side="left", **NO_CODE)
            model = AutoModelForCausalLM.from_pretrained(name, dtype=dtype, **SAFE)
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            raise UserError(f"{name}: cannot be loaded as a model ({_first_line(error)})") from None
        if not self._tokenizer.chat_template:
            raise UserError(f"{name}: its tokenizer has no chat template; export the model again")
        if self._tokenizer.pad_token_id is None:
            self._tokenizer.pad_token = self._tokenizer.eos_token
        # transformers wraps `to` so that its type has lost what it belongs to.
        self._model = model.to(self._device).eval()  # type: ignore[arg-type]
        prepare(self._model)
        # Ends of a turn that the model may know beside the tokenizer's own.
        ends = self._model.generation_config.eos_token_id
        ends = ends if isinstance(ends, list) else [ends]
        self.ends = {end for end in (*ends, self._tokenizer.eos_token_id) if end is not None}

    def text(self, prompt: Prompt) -> str:
        """The prompt as the model reads it."""
        said = self._tokenizer.apply_chat_template(prompt.messages(), tokenize=False, add_generation_prompt=True)
        return _one_text(said)

    @property
    def context(self) -> int:
        """The tokens that prompt and answer may have together; 0 where the model does not say."""
        return int(getattr(self._model.config, "max_position_embeddings", 0) or 0)

    @property
    def network(self) -> PreTrainedModel:
        """What computes logits."""
        return self._model

    def encode(self, prompt: Prompt) -> list[int]:
        """The tokens of a prompt."""
        return self._tokenizer(self.text(prompt), add_special_tokens=False)["input_ids"]

    def limits(self, prompts: Sequence[Prompt], most: int) -> list[tuple[Row | None, str]]:
        """What bounds the answer of at most so many tokens to each prompt, or None and why it is free."""
        return self._bounds.rows(prompts, most) if self._bounds else [(None, "")] * len(prompts)

    def answer(
        self, prompts: Sequence[Prompt], max_new_tokens: int = 0, drawn: Drawn | None = None, weighed: bool = False
    ) -> Iterator[Answer]:
        """The answers as they are complete, batch by batch, prompts of like length together.

        Args:
            max_new_tokens: at most so many, and never more than the model's own limit; 0: that limit.
            drawn: draw the tokens by chance, with a seed a prompt; greedy without it.
            weighed: answers have their likelihood.
        """
        from vgpt2.inference.bounded.chooser import bounded_chooser
        from vgpt2.inference.decode import decode
        from vgpt2.inference.draws import LIKELIEST, chooser

        limit = min(max_new_tokens or self.max_new_tokens, self.max_new_tokens)
        encoded = [self.encode(prompt) for prompt in prompts]
        order = sorted(range(len(prompts)), key=lambda index: (-len(encoded[index]), index))
        for start in range(0, len(order), self.batch_size):
            batch = order[start : start + self.batch_size]
            padded = self._tokenizer.pad({"input_ids": [encoded[index] for index in batch]}, return_tensors="pt")
            padded = padded.to(self._device)
            choose = chooser(drawn, batch) if drawn else None
            limits = self.limits([prompts[index] for index in batch], limit)
            if self._bounds:
                choose = bounded_chooser([row for row, _ in limits], choose, LIKELIEST if drawn else 1)
            sums = [0.0] * len(batch) if weighed else None
            found = decode(self._model, padded["input_ids"], padded["attention_mask"], limit, self._done, choose, sums)
            for row, tokens in found:
                index = batch[row]
                limit_of, note = limits[row]
                yield Answer(
                    index,
                    self.said(tokens),
                    len(tokens),
                    len(encoded[index]),
                    limit_of.note if limit_of is not None else note,
                    likelihood=sums[row] / len(tokens) if sums else 0.0,
                )

    def said(self, tokens: list[int]) -> str:
        """The text of an answer's tokens."""
        said = self._tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return _one_text(said).strip()

    def _done(self, tokens: list[int]) -> bool:
        """Whether an answer is complete: its newest token is one that ends it."""
        return bool(tokens) and tokens[-1] in self.ends


def _one_text(found: object) -> str:
    """A tokenizer gives one text for one, and a list for a list; its types do not tell which."""
    if not isinstance(found, str):
        raise TypeError(f"one text expected, found {type(found).__name__}")
    return found


def _check_adapters(adapters: Sequence[str | Path]) -> None:
    for adapter in adapters:
        check_folder(adapter, "adapter_config.json")


def check_folder(folder: str | Path, *markers: str) -> None:
    """Raises: UserError: no such folder, or it has none of these files."""
    if not Path(folder).is_dir():
        raise UserError(f"{folder}: no such model folder; train the stage first or mend the path")
    if not any((Path(folder) / name).exists() for name in markers):
        raise UserError(f"{folder}: no {markers[0]} in it, so it is not a model folder")


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
