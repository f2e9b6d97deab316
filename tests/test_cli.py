"""The closing line: alone, and as one of the chain's lines."""

from __future__ import annotations

import pytest

from vgpt2 import cli


@pytest.mark.parametrize(
    ("place", "seconds", "line"),
    [
        ("7/30 audit sft", 4.2, "[ 7/30] audit sft        32 rows, 23 of 23 rules hold     4 s"),
        ("20/30 train sft", 60 * 90, "[20/30] train sft        32 rows, 23 of 23 rules hold  90.0 min"),
        (" full exam base", 9, "[     ] full exam base   32 rows, 23 of 23 rules hold     9 s"),
    ],
)
def test_a_step_is_one_line(place, seconds, line):
    assert cli.chain_line(place, "32 rows, 23 of 23 rules hold -> runs/r/audit/sft.json", seconds) == line


def test_details_are_shown_alone_or_when_asked_for(monkeypatch):
    monkeypatch.delenv(cli.PLACE, raising=False)
    assert cli.details()
    monkeypatch.setenv(cli.PLACE, "7/30 audit sft")
    assert not cli.details()
    monkeypatch.setenv("VGPT2_DETAILS", "1")
    assert cli.details()


def test_alone_it_names_the_script_and_the_file(monkeypatch, capsys):
    monkeypatch.delenv(cli.PLACE, raising=False)
    cli.closing_line("dedupe", "3 in -> sft.jsonl")
    assert capsys.readouterr().out == "dedupe: 3 in -> sft.jsonl\n"
    monkeypatch.setenv(cli.PLACE, "6/30 dedupe sft")
    cli.closing_line("dedupe", "3 in -> sft.jsonl")
    assert capsys.readouterr().out.startswith("[ 6/30] dedupe sft       3 in  ")
