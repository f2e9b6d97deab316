"""The chat: what it begins with, its commands, and how it ends."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
import yaml
from tests.serving.page.served import GivenDesk

from vgpt2.serving.chat import Chat
from vgpt2.serving.use.log import UseLog
from vgpt2.serving.use.reading import read_log

ANSWERS = Path(__file__).parents[1] / "fixtures" / "serving" / "page.yaml"
HELD = "Which invoices of company 1 are on hold, by vendor?"


class Typed(io.StringIO):
    """Lines of a terminal; the line ^C is that key."""

    def isatty(self):
        """It is one."""
        return True

    def readline(self, *arguments):
        """The next line."""
        line = super().readline(*arguments)
        if line == "^C\n":
            raise KeyboardInterrupt
        return line


@pytest.fixture(scope="module")
def desk(sample):
    return GivenDesk(sample, yaml.safe_load(ANSWERS.read_text(encoding="utf-8")))


@pytest.fixture
def chat(desk, monkeypatch, capsys):
    """What a chat says to these lines."""

    def run(*lines, typed=False, log=None, guard="strict"):
        text = "".join(f"{line}\n" for line in lines)
        monkeypatch.setattr(sys, "stdin", Typed(text) if typed else io.StringIO(text))
        Chat(desk, "sample-tiny", guard, log).talk()
        return capsys.readouterr().out

    return run


def test_it_begins_with_what_it_is_an_example_and_its_commands(chat):
    said = chat(typed=True).splitlines()
    assert said[0] == "Viewpoint Vista, 234 tables and views; sample-tiny answers."
    assert said[2].startswith("For example: ")
    assert said[3] == "/schema, /why, /run, /new, /help; /quit or Ctrl-D ends."
    # A pipe is a file of answers.
    assert chat() == ""


@pytest.mark.parametrize(
    ("question", "says"),
    [
        (HELD, ["SELECT APTH.APTrans", "  guard: valid: it is T-SQL, and every table and column in it exists"]),
        ("nicknames", ["APVM has no column NickName; the nearest is Name", "  guard: invalid: do not run it"]),
        (
            "logins",
            ["  guard: outside: it reads another database", "(it reads the server's own tables (sys.sql_logins))"],
        ),
        ("hours of job 5", ["Do you mean actual", "  guard: a question back; what you say next is read with it"]),
        ("opening hours", ["There is no table of opening hours", "  guard: no SQL in this answer"]),
        ("silence", ["  (the model said nothing; say it in other words, or name a table)"]),
        ("slow", ["  ! APVM is read without WITH (NOLOCK)"]),
    ],
)
def test_an_answer_comes_with_the_guards_word_and_an_empty_one_says_so(chat, question, says):
    said = chat(question)
    assert said.startswith(f"? {question}\n")
    for part in says:
        assert part in said


def test_a_finding_is_said_once(chat):
    for guard in ("strict", "mark"):
        assert chat("nicknames", guard=guard).count("APVM has no column NickName") == 1


def test_why_tells_tables_joins_and_findings(chat):
    said = chat(HELD, "/why")
    assert "  APVM (Vendor master): VendorGroup, Vendor, Name" in said
    assert "  APTH - APTD on APCo, Mth, APTrans\n  APTH - APVM on VendorGroup, Vendor, also without a match" in said
    assert "asked twice: its first answer was not proved" in chat("nicknames", "/why")
    assert chat("/why") == "? /why\n  there is no answer yet\n"


def test_run_shows_made_up_rows_of_what_is_proved_alone(chat):
    said = chat(HELD, "/run")
    assert "made-up rows, none of them from your database:\n  APTrans  Name" in said
    assert "only what is proved is run" in chat("nicknames", "/run")
    assert "there is no query in the last answer" in chat("opening hours", "/run")
    assert "there is no answer yet" in chat(HELD, "/new", "/run")


def test_schema_shows_a_table_in_any_case_and_the_nearest_of_one_that_is_not_there(chat):
    for name in ("APTH", "apth", "dbo.APTH", "[dbo].[APTH]"):
        said = chat(f"/schema {name}").splitlines()
        assert said[1].startswith("APTH (view): AP invoice headers.")
        keys = [line.split()[:3] for line in said[2:5]]
        assert keys == [["APCo", "tinyint", "key"], ["Mth", "smalldatetime", "key"], ["APTrans", "int", "key"]]
        assert any(line.startswith("  joins APVM on VendorGroup, Vendor") for line in said)
    assert "there is no table APTHH; near are APTH" in chat("/schema APTHH")
    assert "there is no table vendors; near are APVM" in chat("/schema vendors")
    assert "which table? /schema NAME" in chat("/schema")
    assert "Schema:\n" in chat(HELD, "/schema")


def test_a_conversation_goes_on_until_new(chat, desk):
    chat(HELD, "and only for company 2?")
    assert f"Asked before: {HELD}" in desk.model.asked[-1]
    chat(HELD, "/new", "company 2")
    assert HELD not in desk.model.asked[-1]


def test_questions_that_are_no_longer_read_are_said(chat, desk):
    said = chat(HELD, "company 2", "opening hours", "slow", "company 2", "/new", "silence").split("\n? ")
    assert ["not read with this one" in part for part in said] == [False] * 3 + [True] * 2 + [False] * 2
    assert "  (1 earlier question was not read with this one; /new begins afresh)" in said[3]
    assert "  (2 earlier questions were not read with this one; /new begins afresh)" in said[4]
    # Long ones leave no room even for the two before.
    said = chat(f"{HELD} {'vendor ' * 600}", "company 2", "vendor " * 600)
    assert said.count("not read with this one") == 1 and "(1 earlier question was" in said
    assert desk.model.asked[-1].count("Asked before: ") == 1


def test_other_commands_are_named_with_the_nearest_and_long_questions_refused(chat):
    assert "/scheme: no such command; did you mean /schema?" in chat("/scheme APTH")
    assert "/x: no such command; /help lists them" in chat("/x")
    assert "/right" not in chat("/help")
    assert "8,000 are read" in chat("vendor " * 1_200)
    assert chat("", "   ") == ""


def test_ctrl_c_stops_an_answer_and_at_the_prompt_the_chat(chat, desk, monkeypatch):
    def interrupted(*_arguments, **_more):
        raise KeyboardInterrupt

    assert chat("^C", HELD, typed=True).count("guard:") == 0
    monkeypatch.setattr(desk.model, "generate", interrupted)
    said = chat(HELD, "/why", typed=True)
    assert "  stopped" in said
    assert "there is no answer yet" in said
    with pytest.raises(SystemExit) as ended:
        chat(HELD)
    assert ended.value.code == 130


def test_quit_ends_and_bytes_that_are_no_text_are_read_as_such(desk, monkeypatch, capsys):
    piped = io.TextIOWrapper(io.BytesIO(b"opening hours \xff\n/quit\nsilence\n"), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", piped)
    Chat(desk, "sample-tiny").talk()
    said = capsys.readouterr().out
    assert "opening hours \ufffd" in said
    assert "silence" not in said


def test_a_log_keeps_answers_and_what_is_said_of_them(chat, sample, tmp_path):
    log = UseLog(tmp_path / "use.jsonl", sample.database.name)
    said = chat("/wrong", HELD, "/wrong", log=log)
    assert "there is no answer yet" in said
    [kept] = read_log(tmp_path / "use.jsonl", sample.database.name).entries
    assert (kept.question, kept.status, kept.verdict) == (HELD, "valid", "wrong")
