"""The endpoint under load: many clients at once against one that waits for each answer; all must say the same."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vgpt2.errors import UserError
from vgpt2.files import read_jsonl

if TYPE_CHECKING:
    import httpx
    import psutil

SERVE = Path(__file__).parents[2] / "serve.py"
CLIENTS = 50
REQUESTS = 1000
START = 600.0  # seconds in which the server has to be up
WAIT = 3600.0  # seconds for one answer


def measure(run_dir: Path, requests: int = REQUESTS, clients: int = CLIENTS) -> list[tuple[str, str, str]]:
    """The questions of the quick suite to the run's export: each once, one after another; then `requests` of them by
    `clients` at once.

    Raises:
        UserError: the run has no model, or the server does not start.
    """
    questions = [row["question"] for row in read_jsonl(run_dir / "suite" / "quick.jsonl")]
    with _served(run_dir, clients) as (url, server):
        import httpx

        with httpx.Client(timeout=WAIT) as client:
            client.post(url, json=_body(questions[0])).raise_for_status()  # what is loaded when it is first needed
            began = time.perf_counter()
            alone = {question: _said(client.post(url, json=_body(question))) for question in questions}
            one = len(questions) / (time.perf_counter() - began)
        began = time.perf_counter()
        found, sizes = asyncio.run(_ask(url, questions, requests, clients, server))
        many = requests / (time.perf_counter() - began)
    lost = sum(said is None for _, said in found)
    wrong = sum(said is not None and said != alone[question] for question, said in found)
    quarter = sizes[len(sizes) // 4]
    return [
        ("questions a second, one at a time", f"{one:.2f}", ""),
        (f"and by {clients} clients", f"{many:.2f}, {many / one:.1f} times as many", "3 times"),
        (f"of {requests:,} answers lost, and other than alone", f"{lost} and {wrong}", "0 and 0"),
        ("memory after a quarter of them, and at the end", f"{quarter:,.0f} and {sizes[-1]:,.0f} MB", "flat"),
    ]


async def _ask(
    url: str, questions: list[str], requests: int, clients: int, server: psutil.Process
) -> tuple[list[tuple[str, str | None]], list[float]]:
    """What was answered to each request (None: nothing), and the server's memory after each, in MB."""
    import httpx

    turns, found, sizes = iter(range(requests)), list[tuple[str, str | None]](), list[float]()

    async def client(asking: httpx.AsyncClient) -> None:
        for turn in turns:
            question = questions[turn % len(questions)]
            try:
                found.append((question, _said(await asking.post(url, json=_body(question)))))
            except httpx.HTTPError:
                found.append((question, None))
            sizes.append(server.memory_info().rss / 1e6)

    limits = httpx.Limits(max_connections=clients)
    async with httpx.AsyncClient(timeout=WAIT, limits=limits) as asking:
        await asyncio.gather(*(client(asking) for _ in range(clients)))
    return found, sizes


def _body(question: str) -> dict:
    return {"messages": [{"role": "user", "content": question}]}


def _said(response: httpx.Response) -> str | None:
    return response.json()["choices"][0]["message"]["content"] if response.status_code == 200 else None


@contextmanager
def _served(run_dir: Path, clients: int) -> Iterator[tuple[str, psutil.Process]]:
    """`serve.py` over the run's export on a free port: the address that is asked, and its process."""
    import httpx
    import psutil

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run = [
        "--model",
        run_dir / "export",
        "--catalog",
        run_dir / "catalog.json",
        "--settings",
        run_dir / "settings.json",
    ]
    room = ["--port", port, "--queue", 2 * clients, "--seconds", WAIT]
    command = [sys.executable, str(SERVE), *map(str, (*run, *room))]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        ends = time.monotonic() + START
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/health").raise_for_status()
                break
            except httpx.HTTPError:
                if process.poll() is not None or time.monotonic() > ends:
                    raise UserError(f"{run_dir}: serve.py does not start over it; make serve says why") from None
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/v1/chat/completions", psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=60)
