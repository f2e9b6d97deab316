"""A teacher in this process: the run's own base model, untouched, asked in batches as the exam asks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from vgpt2.files import digest
from vgpt2.inference.local_model import MODEL_FILES, LocalModel, check_folder
from vgpt2.inference.progress import shown
from vgpt2.inference.prompts import Prompt
from vgpt2.model_folder import fingerprint
from vgpt2.synthesis.rewording.asking import AnswerFile, Decoding


class BaseTeacher:
    """The model of a folder and the file that keeps its answers. It is loaded when something is asked that is new.

    A batch is the same prompts whether or not some of them were answered before, so that a run that was killed and went
    on has the bytes of one that was not.
    """

    def __init__(
        self, folder: str | Path, cache: Path, seed: int = 0, batch_size: int = 32, most_tokens: int = 512
    ) -> None:
        """Raises: UserError: the folder is no model's. That is said before minutes of questions are made for it."""
        check_folder(folder, *MODEL_FILES)
        self.folder = folder
        self.seed = seed
        self.batch_size = batch_size
        self.most_tokens = most_tokens
        self._file = AnswerFile(cache, digest(["base", fingerprint(folder)]))

    @cached_property
    def _model(self) -> LocalModel:
        return LocalModel(self.folder, batch_size=self.batch_size, max_new_tokens=self.most_tokens)

    def answers(self, prompts: Sequence[Prompt], decoding: Decoding) -> dict[Prompt, str]:
        """As `asking.Teacher` says.

        Raises:
            UserError: the folder holds no model that can be loaded, or the file cannot be read.
        """
        keys = {prompt: self._file.key(prompt, decoding, self.seed) for prompt in prompts}
        known = self._file.read()
        order = sorted(keys, key=lambda prompt: (-len(prompt.user), keys[prompt]))
        batches = [order[start : start + self.batch_size] for start in range(0, len(order), self.batch_size)]
        waiting = [batch for batch in batches if any(keys[prompt] not in known for prompt in batch)]
        if waiting:
            with self._file.open() as file:
                asked = (answer for batch in waiting for answer in self._ask(batch, decoding))
                for prompt, text in shown(asked, sum(map(len, waiting)), "teacher"):
                    if keys[prompt] not in known:
                        known[keys[prompt]] = text
                        file.add(keys[prompt], prompt, text)
        return {prompt: known[key] for prompt, key in keys.items()}

    def _ask(self, batch: Sequence[Prompt], decoding: Decoding) -> list[tuple[Prompt, str]]:
        from vgpt2.inference.draws import Drawn

        drawn = None
        if decoding.temperature:
            seeds = [int(digest([self.seed, decoding.turn, prompt.messages()]), 16) for prompt in batch]
            drawn = Drawn(decoding.temperature, seeds)
        return [(batch[answer.index], answer.text) for answer in self._model.answer(batch, decoding.limit, drawn)]
