"""The bar of a terminal and the lines of a log say the same: how many, how fast, how long still."""

import io

import pytest
from rich.console import Console

from vgpt2 import screen
from vgpt2.inference.backends import Answer
from vgpt2.inference.progress import pace, shown

ANSWERS = [Answer(index, "text", tokens=20) for index in range(4)]


@pytest.mark.parametrize(
    ("count", "total", "tokens", "seconds", "text"),
    [
        (12, 50, 540, 12.0, "12 of 50, 45 tokens/s, 0:38 left"),
        (1, 500, 0, 10.0, "1 of 500, 0.1 answers/s, 1:23:10 left"),
        (50, 50, 6500, 100.0, "50 of 50, 65 tokens/s, 0:00 left"),
        (1, 2, 0, 0.0, "1 of 2, 1,000,000,000.0 answers/s, 0:00 left"),
    ],
)
def test_pace(count, total, tokens, seconds, text):
    assert pace(count, total, tokens, seconds) == text


def test_a_terminal_has_a_bar(monkeypatch):
    monkeypatch.setattr(screen, "FRAME", 0.0)
    out = io.StringIO()
    terminal = Console(file=out, force_terminal=True, width=100)
    assert list(shown(ANSWERS, 4, on=screen.Screen(terminal))) == ANSWERS
    assert "4 of 4, " in out.getvalue()
    assert "tokens/s, 0:00 left" in out.getvalue()


def test_a_log_has_a_line_now_and_then(monkeypatch):
    out = io.StringIO()
    on = screen.Screen(Console(file=out, force_terminal=False))
    assert list(shown(ANSWERS, 4, on=on)) == ANSWERS
    assert out.getvalue() == ""
    monkeypatch.setattr(screen, "EVERY", 0.0)
    assert list(shown(ANSWERS, 4, "grading", on)) == ANSWERS
    lines = [line for line in out.getvalue().splitlines() if " of " in line]
    assert [line.split(",")[0] for line in lines] == [f"grading: {count} of 4" for count in (1, 2, 3, 4)]
    assert all(line.endswith(" left") for line in lines)
