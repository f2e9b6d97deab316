"""The chat as a process of its own, over a pipe and at a terminal: how it ends."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from tests.serving.servers import Said, listening, write_run

ROOT = Path(__file__).parents[2]
GOOD = ["```sql\nSELECT Name ", "FROM APVM WITH (NOLOCK)", "\n```"]
QUESTION = "Which vendors are there?"


@pytest.fixture(scope="module")
def run_dir(sample, tmp_path_factory):
    """A run as far as a chat needs it; answers of its model end at 3,000 tokens, which takes it a while."""
    return write_run(tmp_path_factory.mktemp("run"), sample, max_new_tokens=3000)


def words(run_dir, *source):
    files = ["--catalog", run_dir / "catalog.json", "--settings", run_dir / "settings.json"]
    return [sys.executable, ROOT / "scripts/serve.py", "--chat", *source, *files]


def families(process):
    return psutil.Process(process.pid).children(recursive=True)


def gone(processes):
    _, alive = psutil.wait_procs(processes, timeout=20)
    return not alive


@contextmanager
def piped(run_dir, *source):
    """The chat behind pipes; gives the process."""
    process = subprocess.Popen(
        words(run_dir, *source), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


class Terminal:
    """The chat at a terminal of its own: Ctrl-C there is a key, and goes to all of its processes."""

    def __init__(self, run_dir, *source):
        self.ours, theirs = pty.openpty()
        self.before = termios.tcgetattr(theirs)
        self.process = subprocess.Popen(
            words(run_dir, *source),
            stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        self.theirs, self.text = theirs, ""

    def type(self, keys):
        os.write(self.ours, keys.encode())

    def reads(self, text, seconds=180.0):
        """All up to this text, which must come."""
        ends = time.monotonic() + seconds
        while text not in self.text:
            assert time.monotonic() < ends, self.text
            if select.select([self.ours], [], [], 0.2)[0]:
                self.text += os.read(self.ours, 10_000).decode(errors="replace")
        said, _, self.text = self.text.partition(text)
        return said + text

    def rest(self):
        """What is there still."""
        while select.select([self.ours], [], [], 0.2)[0]:
            self.text += os.read(self.ours, 10_000).decode(errors="replace")
        return self.text

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.ours)
        os.close(self.theirs)


@pytest.fixture
def terminal(run_dir):
    """The chat at a terminal, over an upstream of these turns."""
    opened = []

    def start(*turns):
        said = Said(*turns)
        server = listening(said.app)
        opened.append((server, None))
        made = Terminal(run_dir, "--upstream", server.__enter__())
        opened.append((None, made))
        made.reads("/quit or Ctrl-D ends.")
        made.reads("? ")
        return made, said

    yield start
    for server, made in reversed(opened):
        made.close() if made else server.__exit__(None, None, None)


def test_ctrl_c_stops_an_answer_leaves_the_rows_process_alone_and_then_ends_the_chat(terminal):
    chat, said = terminal({"pieces": GOOD}, {"pieces": GOOD, "then": "hang"})
    chat.type(f"{QUESTION}\n")
    chat.reads("guard: valid")
    chat.type("/run\n")
    rows = chat.reads("none of them from your database")
    assert "took more" not in rows
    children = families(chat.process)
    chat.type("and of company 2?\n")
    while len(said.asked) < 2:
        time.sleep(0.05)
    chat.type("\x03")
    chat.reads("stopped")
    assert said.left.wait(20)  # the upstream is let go
    # The same key went to the process of the rows, which answers nevertheless.
    assert children and all(child.is_running() for child in children)
    chat.reads("? ")
    chat.type("/run\n")
    chat.reads("none of them from your database")
    chat.reads("? ")
    chat.type("\x03")
    assert chat.process.wait(30) == 0
    assert "Traceback" not in chat.rest()
    assert termios.tcgetattr(chat.theirs) == chat.before
    assert gone(children)


def test_sigterm_at_the_prompt_leaves_the_terminal_as_it_was(terminal):
    chat, _ = terminal({"pieces": GOOD})
    chat.type("half a quest")
    chat.reads("half a quest")
    assert termios.tcgetattr(chat.theirs) != chat.before  # readline echoes by itself
    chat.process.send_signal(signal.SIGTERM)
    assert chat.process.wait(30) == 143
    assert re.sub(r"\x1b\[\?2004l|\s", "", chat.rest()) == ""
    assert termios.tcgetattr(chat.theirs) == chat.before


def test_a_reader_who_has_enough_ends_the_chat(run_dir):
    with listening(Said({"pieces": GOOD}).app) as url, piped(run_dir, "--upstream", url) as process:
        process.stdin.write(f"{QUESTION}\n" * 50)
        process.stdin.flush()
        assert process.stdout.readline() == f"? {QUESTION}\n"
        process.stdout.close()  # as head -1 does
        assert process.wait(60) == 0
        assert process.stderr.read() == ""


@pytest.mark.slow
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_an_answer_of_a_model_in_the_process(run_dir, tiny_model, sent, code):
    with piped(run_dir, "--model", tiny_model) as process:
        process.stdin.write(f"{QUESTION}\n")
        process.stdin.flush()
        assert process.stdout.readline() == f"? {QUESTION}\n"
        time.sleep(2)  # it makes 3,000 tokens, twice
        assert process.poll() is None
        children = families(process)
        process.send_signal(sent)
        assert process.wait(30) == code
        assert (process.stdout.read(), process.stderr.read()) == ("", "")
        assert gone(children)
