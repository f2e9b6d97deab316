"""The closing line: alone, and as one of the chain's lines."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from vgpt2 import cli
from vgpt2.errors import UserError
from vgpt2.files import write_json
from vgpt2.pace import Pace


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


def test_figures_that_do_not_fit_the_terminal_are_left_out_from_the_end():
    text = "500 questions (schema 100, sql 150), 135 curated, 50 quick -> runs/r/suite"
    assert cli.chain_line("2/30 suite", text, 5, width=80).endswith(" 500 questions (schema 100, sql 150) ...     5 s")
    assert cli.chain_line("2/30 suite", text, 5, width=68).endswith(" 500 questions ...     5 s")
    assert cli.chain_line("2/30 suite", text, 5, width=120).endswith("135 curated, 50 quick     5 s")


@pytest.fixture
def within_the_chain(monkeypatch, tmp_path):
    """The environment of a step of a run with settings."""
    write_json(tmp_path / "r" / "settings.json", {"profile_name": "tiny", "source": "s"})
    monkeypatch.setenv(cli.PLACE, "7/30 audit sft")
    monkeypatch.setenv(cli.RUN, str(tmp_path / "r"))
    return Pace(tmp_path, "tiny", "s")


@pytest.mark.parametrize("ends", ["well", "with a mistake", "with a code"])
def test_a_step_that_ends_well_notes_how_long_it_took_and_how_much_it_had_to_do(within_the_chain, ends):
    @cli.step("Audit datasets, all of them.")
    @cli.click.pass_context
    def main(context):
        context.meta[cli.WORK] = 7
        if ends == "with a mistake":
            raise UserError("no")
        if ends == "with a code":
            context.exit(1)

    done = CliRunner().invoke(main, [])
    assert done.exit_code == {"well": 0, "with a mistake": 2, "with a code": 1}[ends]
    assert (within_the_chain.seconds("audit sft") is not None) == (ends == "well")


def test_alone_a_step_notes_nothing(within_the_chain, monkeypatch):
    monkeypatch.delenv(cli.PLACE)
    assert CliRunner().invoke(cli.step("Nothing")(lambda: None), []).exit_code == 0
    assert within_the_chain.seconds("audit sft") is None
