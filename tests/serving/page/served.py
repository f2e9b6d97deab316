"""The real endpoint on a port of this machine: all of it but the model, whose words are given."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from vgpt2.catalog.model import Catalog
from vgpt2.inference.live.generation import Generated
from vgpt2.inference.several.backend import seed_of
from vgpt2.serving.app import Limits, build_app
from vgpt2.serving.desk import Desk
from vgpt2.serving.sure.council import Care
from vgpt2.serving.use.log import UseLog
from vgpt2.settings import load_profile


class Words:
    """A model that says, to a question that holds a key, its value; of `waits`, only after so many seconds. A value
    that is a list has the likeliest answer and those that are drawn by chance, in the order of their seeds."""

    model, template_hash, fingerprint, max_new_tokens = "words", "t", "f", 200

    def __init__(self, answers: dict[str, str | list[str]], waits: dict[str, float]) -> None:
        self.answers, self.waits = answers, waits
        self.asked: list[str] = []

    def generate(self, prompt, sampling, listener) -> Generated:
        """The answer of the key that stands last in the question."""
        self.asked.append(prompt.instruction)
        listener.begun()
        found = [key for key in self.answers if key in prompt.instruction]
        key = max(found, key=prompt.instruction.rindex, default="")
        time.sleep(self.waits.get(key, 0))
        said = self.answers.get(key, "")
        if isinstance(said, list):
            seeds = [seed_of(prompt, number) % 2**63 for number in range(1, len(said))]
            said = said[1 + seeds.index(sampling.seed) if sampling.temperature else 0]
        return Generated(said, 20, 40)

    def close(self) -> None:
        """Nothing is open."""


class GivenDesk(Desk):
    """A desk as it is, over a model whose words are given."""

    model: Words

    def __init__(
        self,
        catalog: Catalog,
        answers: dict[str, str | list[str]],
        waits: dict[str, float] | None = None,
        care: Care | None = None,
    ) -> None:
        super().__init__(Words(answers, waits or {}), catalog, load_profile("tiny"), care)


@contextmanager
def serving(desk: Desk, limits: Limits | None = None, log: UseLog | None = None) -> Iterator[str]:
    """The endpoint's address while it runs."""
    import uvicorn

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    app = build_app(desk, "sample-tiny", limits, log)
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", port, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the endpoint did not start"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.should_exit = True
        thread.join(20)
