"""A model of this machine behind a server: one thread decodes all answers that are asked for together.

An answer is not waited for: a question that comes while others are answered joins them at the next token (what vLLM
calls continuous batching), and one that is complete, or whose client has gone, leaves.
"""

from __future__ import annotations

import logging
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread

from vgpt2.catalog.model import Catalog
from vgpt2.inference.decode import READ
from vgpt2.inference.draws import Draw
from vgpt2.inference.live.generation import Generated, GenerationError, Gone, Listener, Sampling, TooLong
from vgpt2.inference.live.running import Request, Running
from vgpt2.inference.live.speech import Speech
from vgpt2.inference.local_model import LocalModel
from vgpt2.inference.prompts import Prompt
from vgpt2.settings import Profile

# Answers that are decoded together: beyond it a CPU gains nothing, and keys and values take their memory.
MOST = 32
ENDED = "the server is ending"


def loaded(path: Path, catalog: Catalog, profile: Profile, most: int = MOST) -> Scheduler:
    """The model of a folder, its answers bounded as the profile says.

    Raises:
        UserError: it cannot be loaded.
    """
    model = LocalModel(path, max_new_tokens=profile.exam.max_new_tokens)
    return Scheduler(model.bounded(profile.decode, catalog), most)


class Scheduler:
    """A `Generator` over a local model."""

    def __init__(self, model: LocalModel, most: int = MOST) -> None:
        self._model, self._most = model, most
        self._new: SimpleQueue[Request | None] = SimpleQueue()
        self._reading = Lock()  # a tokenizer lends itself to one thread at a time
        self._closed = False
        self._thread = Thread(target=self._run, name="decode", daemon=True)
        self._thread.start()

    @property
    def model(self) -> str:
        """The model's name."""
        return self._model.model

    @property
    def fingerprint(self) -> str:
        """That of the model."""
        return self._model.fingerprint

    @property
    def template_hash(self) -> str:
        """That of the model."""
        return self._model.template_hash

    @property
    def max_new_tokens(self) -> int:
        """The model's limit."""
        return self._model.max_new_tokens

    def generate(self, prompt: Prompt, sampling: Sampling, listener: Listener) -> Generated:
        """Answer one prompt among those of others.

        Raises:
            TooLong: the model has no room for the prompt.
            Gone: the listener went.
            GenerationError: it could not be decoded.
        """
        with self._reading:
            ids = self._model.encode(prompt)
            [(bound, _)] = self._model.limits([prompt], min(sampling.max_new_tokens, self.max_new_tokens))
        if (room := self._model.context) and len(ids) >= room:
            raise TooLong(f"the prompt takes {len(ids):,} tokens, and the model has room for {room:,} with its answer")
        if self._closed:
            raise GenerationError(503, ENDED)
        listener.begun()
        draw = Draw(sampling.temperature, sampling.seed, sampling.top_p) if sampling.temperature else None
        request = Request(ids, sampling, listener, Speech(sampling.stop, listener), bound, draw)
        self._new.put(request)
        return request.answer.result()

    def close(self) -> None:
        """No more answers; what is being made is given up."""
        self._closed = True
        self._new.put(None)
        self._thread.join(timeout=10)

    def _run(self) -> None:
        running = Running(self._model.network)
        while not self._closed:
            new: list[Request] = []
            try:
                new = self._arrived(running)
                if new:
                    running.join(new)
                if running.rows:
                    running.step(self._finished)
            except Exception as error:
                # too little memory, say: who was answered has no answer, but the server is there for the next
                logging.getLogger("vgpt2").exception("decoding failed")
                for row in {*running.rows, *new}:
                    if not row.answer.done():
                        row.answer.set_exception(GenerationError(500, f"decoding failed ({_first_line(error)})"))
                running = Running(self._model.network)
        while not self._new.empty():
            if (left := self._new.get()) is not None:
                running.rows.append(left)
        for row in running.rows:
            row.answer.set_exception(GenerationError(503, ENDED))

    def _arrived(self, running: Running) -> list[Request]:
        """Those that may join now; waits for the first where nothing else is to be done."""
        room = self._most - len(running.rows) if running.takes_more or not running.rows else 0
        if running.rows:
            room = min(room, READ)  # those that are being answered wait while prompts are read
        found: list[Request] = []
        while len(found) < room:
            try:
                request = self._new.get(block=not running.rows and not found)
            except Empty:
                break
            if request is None:
                break
            if request.listener.gone:
                request.answer.set_exception(Gone())
            else:
                found.append(request)
        return found

    def _finished(self, row: Request) -> bool:
        """Whether a row's newest token is its last; then its answer is there."""
        if row.listener.gone:
            row.answer.set_exception(Gone())
            return True
        ended = row.written[-1] in self._model.ends
        room = self._model.context - len(row.ids) if self._model.context else len(row.written) + 1
        full = len(row.written) >= min(row.sampling.max_new_tokens, self.max_new_tokens, room)
        if not (ended or full or row.speech.heeded):
            return False
        with self._reading:
            text = self._model.said(row.written)
        stopped = row.speech.grown(text)
        if ended or full or stopped:
            said = row.speech.ended(text)
            cut, likelihood = full and not (ended or stopped), row.likelihood / len(row.written)
            row.answer.set_result(Generated(said, len(row.written), len(row.ids), cut, likelihood))
        return ended or full or stopped


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
