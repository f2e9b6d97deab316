"""The endpoint under load: many clients at once against one that waits for each answer; all must say the same."""

from __future__ import annotations

import asyncio
import json
import socket
import statistics
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
    first = first_token(run_dir, questions)
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
        first,
    ]


def first_token(run_dir: Path, questions: list[str]) -> tuple[str, str, str]:
    """How much later the first text of a stream comes where the endpoint looks the schema up and writes the prompt than
    where it is sent the same prompt as it is: over HTTP, one question after another, each asked in both ways. A guard
    that marks, for a strict one keeps the text until all of it is read."""
    import httpx

    from vgpt2.catalog.disarm import as_text
    from vgpt2.catalog.retrieval import Retriever
    from vgpt2.catalog.store import load
    from vgpt2.inference.prompts import build_prompt
    from vgpt2.settings import load_settings

    catalog, profile = load(run_dir / "catalog.json"), load_settings(run_dir / "settings.json").profile
    retriever, mode = Retriever.of(catalog), "memory" if profile.exam.modes[0] == "memory" else "schema"
    later, bare_times = list[float](), list[float]()
    with _served(run_dir, 1, "--guard", "mark", "--exams") as (url, _), httpx.Client(timeout=WAIT) as client:
        _until_text(client, url, _body(questions[0]))
        for question in questions:
            prompt = build_prompt(catalog, retriever, as_text(question), profile, mode)
            as_is = [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}]
            bare = _until_text(client, url, {"messages": as_is, "vgpt2": {"prompt": "as_is"}})
            asked = _until_text(client, url, _body(question))
            if bare is not None and asked is not None:
                later.append(1000 * (asked - bare))
                bare_times.append(1000 * bare)
    if not later:
        raise UserError(f"{run_dir}: its model says nothing to any question; there is no first token to time")
    said = f"{statistics.median(later):.0f} ms later than the bare model's {statistics.median(bare_times):.0f} ms"
    return f"first text over HTTP, {len(later)} questions, median", said, "50 ms"


def _until_text(client: httpx.Client, url: str, body: dict) -> float | None:
    """Seconds until the first text of a stream; None where none comes."""
    began, found = time.perf_counter(), None
    # drawn: the likeliest tokens of a model that has learnt nothing are blanks, which are no text
    with client.stream("POST", url, json={**body, "stream": True, "temperature": 0.7, "seed": 3}) as said:
        said.raise_for_status()
        for line in said.iter_lines():
            if found is None and line.startswith('data: {"id"'):
                choices = json.loads(line[6:])["choices"]
                if choices and choices[0]["delta"].get("content"):
                    found = time.perf_counter() - began
    return found


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
def _served(run_dir: Path, clients: int, *more: str) -> Iterator[tuple[str, psutil.Process]]:
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
    command = [sys.executable, str(SERVE), *map(str, (*run, *room)), *more]
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
