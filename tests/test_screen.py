"""What goes on is shown where somebody looks: a line that lives on a terminal, a line a minute in a log."""

from __future__ import annotations

import io
import time

from rich.console import Console

from vgpt2 import screen


def on(terminal: bool) -> tuple[screen.Screen, io.StringIO]:
    out = io.StringIO()
    return screen.Screen(Console(file=out, force_terminal=terminal, width=100)), out


def test_a_terminal_shows_what_is_done_within_what_and_for_how_long():
    shown, out = on(terminal=True)
    with shown.doing("[19/30] exam base", expected=40), shown.doing("loading the model"):
        time.sleep(0.2)
    for part in ("[19/30] exam base", "of about 40 s", "loading the model"):
        assert part in out.getvalue()


def test_a_bar_is_drawn_once_there_is_something_to_count():
    shown, out = on(terminal=True)
    with shown.doing("LLaMA-Factory") as doing:
        assert "━" not in out.getvalue()
        doing.at(3, 4, "step 3 of 4")
        time.sleep(0.2)
    assert "━" in out.getvalue()
    assert "step 3 of 4" in out.getvalue()


def test_what_stays_is_printed_after_the_line_is_gone():
    shown, out = on(terminal=True)
    with shown.doing("[ 7/30] audit sft"):
        shown.rest()
        before = out.getvalue()
        time.sleep(0.2)
        assert out.getvalue() == before


def test_a_log_hears_of_it_once_a_minute_and_only_of_the_innermost(monkeypatch):
    shown, out = on(terminal=False)
    with shown.doing("short"):
        time.sleep(0.1)
    assert out.getvalue() == ""
    monkeypatch.setattr(screen, "EVERY", 0.05)
    shown.place = "[19/30] exam base"
    with shown.doing("[19/30] exam base        Examine a model", expected=40), shown.doing("loading the model"):
        time.sleep(0.3)
    lines = out.getvalue().splitlines()
    assert 1 <= len(lines) <= 6
    assert set(lines) == {"[19/30] exam base: loading the model: 1 s"}


def test_each_line_of_a_log_tells_how_far_it_is(monkeypatch):
    monkeypatch.setattr(screen, "EVERY", 0.1)
    shown, out = on(terminal=False)
    with shown.doing("exam") as doing:
        # A line is due between two steps: it tells of the one before.
        for step in range(8):
            if doing.is_heeded():
                doing.at(step, 8, f"{step} of 8")
            time.sleep(0.06)
    lines = out.getvalue().splitlines()
    assert len(lines) >= 2 and all(line.startswith("exam: ") and line.endswith(" of 8") for line in lines), lines
