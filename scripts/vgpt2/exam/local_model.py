"""A model loaded with transformers: greedy decoding in left-padded batches, longest prompts first."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from vgpt2.errors import UserError
from vgpt2.exam.backends import Answer
from vgpt2.exam.prompts import Prompt
from vgpt2.files import digest
from vgpt2.model_folder import fingerprint, resolve
from vgpt2.records.extract import cut_after_query

# Rows that are done leave the batch when at most this share of it is still being written.
SHRINK = 0.85
QUERY_CLOSED = re.compile(r"```[^`]*\bselect\b[^`]*```", re.IGNORECASE)


class LocalModel:
    """A model of this machine (or the one that a `pointer.json` names), with adapters merged into it in their order.

    fp32 on a CPU, bf16 on a GPU. Decoding of an answer ends at the end token, at `max_new_tokens`, or when its query's
    fence is closed: nothing behind that is read.
    """

    def __init__(
        self, path: str | Path, adapters: Sequence[str | Path] = (), batch_size: int = 32, max_new_tokens: int = 512
    ) -> None:
        """Raises: UserError: a path does not exist or holds no model that can be loaded."""
        for folder, marker in (
            (path, ("config.json", "pointer.json")),
            *((item, ("adapter_config.json",)) for item in adapters),
        ):
            if not Path(folder).is_dir():
                raise UserError(f"{folder}: no such model folder; train the stage first or mend the path")
            if not any((Path(folder) / name).exists() for name in marker):
                raise UserError(f"{folder}: no {marker[0]} in it, so it is not a model folder")
        self.model = str(path) + "".join(f"+{item}" for item in adapters)
        self.fingerprint = digest([fingerprint(path), *(fingerprint(item) for item in adapters)])
        self.batch_size = batch_size
        self.max_new_tokens = max_new_tokens
        self.prompt_tokens = 0
        self._load(resolve(path), adapters)
        self.template_hash = digest(self._tokenizer.chat_template or "")

    def _load(self, name: str, adapters: Sequence[str | Path]) -> None:
        # Threads that wait give their core away, and not only under make: with anything else running, spinning ones
        # cost most of the speed. Read when torch is loaded.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        dtype = torch.bfloat16 if self._device == "cuda" else torch.float32
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(name, padding_side="left")
            model = AutoModelForCausalLM.from_pretrained(name, dtype=dtype)
            for adapter in adapters:
                from peft import PeftModel

                model = PeftModel.from_pretrained(model, str(adapter)).merge_and_unload()
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            why = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise UserError(f"{name}: cannot be loaded as a model ({why[:200]})") from None
        if not self._tokenizer.chat_template:
            raise UserError(f"{name}: its tokenizer has no chat template; export the model again")
        if self._tokenizer.pad_token_id is None:
            self._tokenizer.pad_token = self._tokenizer.eos_token
        self._model = model.to(self._device).eval()
        # Ends of a turn that the model may know beside the tokenizer's own.
        ends = self._model.generation_config.eos_token_id
        ends = ends if isinstance(ends, list) else [ends]
        self._ends = {end for end in (*ends, self._tokenizer.eos_token_id) if end is not None}
        self._ticks = {number for token, number in self._tokenizer.get_vocab().items() if "`" in token}

    def text(self, prompt: Prompt) -> str:
        """The whole prompt as the model gets it, special tokens written out: the same as LLaMA-Factory trains on."""
        return self._tokenizer.apply_chat_template(prompt.messages(), tokenize=False, add_generation_prompt=True)

    def answer(self, prompts: Sequence[Prompt]) -> Iterator[Answer]:
        """The answers, batch by batch, prompts of like length together."""
        encoded = [self._tokenizer(self.text(prompt), add_special_tokens=False)["input_ids"] for prompt in prompts]
        self.prompt_tokens += sum(map(len, encoded))
        order = sorted(range(len(prompts)), key=lambda index: (-len(encoded[index]), index))
        for start in range(0, len(order), self.batch_size):
            batch = order[start : start + self.batch_size]
            for index, (text, tokens) in zip(batch, self._decode([encoded[index] for index in batch]), strict=True):
                yield Answer(index, cut_after_query(text), tokens)

    def _decode(self, batch: list[list[int]]) -> list[tuple[str, int]]:
        """Greedy decoding of one batch; rows that are done leave it, so that the longest answer is not paid for by all.

        The same tokens as `generate` with `do_sample=False`, which computes every row until the last one is done.
        """
        import torch
        from transformers import DynamicCache

        padded = self._tokenizer.pad({"input_ids": batch}, return_tensors="pt").to(self._device)
        mask, tokens = padded["attention_mask"], padded["input_ids"]
        positions = (mask.cumsum(-1) - 1).clamp(min=0)
        written: list[list[int]] = [[] for _ in batch]
        rows = list(range(len(batch)))
        cache = DynamicCache(config=self._model.config)
        with torch.inference_mode():
            for _ in range(self.max_new_tokens):
                logits = self._model(
                    input_ids=tokens,
                    attention_mask=mask,
                    position_ids=positions,
                    past_key_values=cache,
                    use_cache=True,
                    logits_to_keep=1,
                ).logits[:, -1]
                newest = logits.argmax(-1)
                for row, token in zip(rows, newest.tolist(), strict=True):
                    if not self._done(written[row]):
                        written[row].append(token)
                alive = [place for place, row in enumerate(rows) if not self._done(written[row])]
                if not alive:
                    break
                # Moving the cache costs about as much as a step: only when some rows are to be left behind.
                if len(alive) <= len(rows) * SHRINK:
                    keep = torch.tensor(alive, device=self._device)
                    cache.batch_select_indices(keep)
                    mask, positions, newest = mask[keep], positions[keep], newest[keep]
                    rows = [rows[place] for place in alive]
                tokens = newest[:, None]
                mask = torch.cat([mask, mask.new_ones(len(rows), 1)], dim=1)
                positions = positions[:, -1:] + 1
        return [(self._text(tokens), len(tokens)) for tokens in written]

    def _text(self, tokens: list[int]) -> str:
        return self._tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False).strip()

    def _done(self, tokens: list[int]) -> bool:
        """Whether an answer is complete: an end token, or the closing fence of its query (looked for only where the
        newest token has a backtick)."""
        if not tokens:
            return False
        if tokens[-1] in self._ends:
            return True
        return tokens[-1] in self._ticks and bool(QUERY_CLOSED.search(self._tokenizer.decode(tokens)))
