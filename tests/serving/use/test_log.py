"""The log as it is found after power losses, editors and other programs: a broken line costs itself, and is named."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from vgpt2.errors import UserError
from vgpt2.serving.use.entry import Entry
from vgpt2.serving.use.log import UseLog
from vgpt2.serving.use.reading import read_log

GIVEN = yaml.safe_load((Path(__file__).parents[2] / "fixtures" / "serving" / "use_log.yaml").read_text("utf-8"))
HEAD = '{"format": 1, "database": "vista", "masked": false}\n'
LINE = '{{"id": "{0}", "at": "", "question": "question {0}", "answer": "..."}}\n'


def entry(id_):
    return Entry(id_, "2026-01-01T00:00:00Z", f"question {id_}", "...")


def raw(given, key="line"):
    return (given[key] * given.get("times", 1)).encode(given.get("encoding", "utf-8"))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "use.jsonl"


@pytest.fixture
def log(path):
    kept = UseLog(path, "vista")
    for id_ in "ab":
        kept.add(entry(id_))
    return path


def ids(path):
    return [entry.id for entry in read_log(path, "vista").entries]


def named(given):
    return given.get("said", "kept") + "/" + (given.get("line") or given.get("text") or "")[:50]


@pytest.mark.parametrize("given", GIVEN["broken"], ids=named)
def test_a_broken_line_is_named_and_the_others_are_read(path, given):
    path.write_bytes(HEAD.encode() + LINE.format("a").encode() + raw(given) + b"\n" + LINE.format("c").encode())
    found = read_log(path, "vista")
    assert [entry.id for entry in found.entries] == ["a", "c"]
    [line] = found.broken
    assert line.startswith(f"{path}:3: ")
    assert given["said"] in line
    assert len(line.splitlines()) == 1


@pytest.mark.parametrize("given", GIVEN["broken"], ids=named)
def test_with_a_broken_line_in_it_a_log_is_gone_on_with(path, given):
    path.write_bytes(HEAD.encode() + LINE.format("a").encode() + raw(given) + b"\n" + LINE.format("c").encode())
    UseLog(path, "vista").add(entry("d"))
    assert ids(path) == ["a", "c", "d"]


@pytest.mark.parametrize("given", GIVEN["kept"], ids=named)
def test_a_line_in_odd_dress_is_an_answer(path, given):
    path.write_bytes(HEAD.encode() + LINE.format("a").encode() + raw(given) + b"\n" + LINE.format("c").encode())
    found = read_log(path, "vista")
    assert ([entry.id for entry in found.entries], found.broken) == (["a", "b", "c"], [])


@pytest.mark.parametrize("given", GIVEN["no_log"], ids=named)
def test_what_is_no_log_of_this_database_is_said_in_a_line(path, given):
    path.write_bytes(raw(given, "text"))
    with pytest.raises(UserError) as error:
        read_log(path, "vista")
    assert given["said"] in error.value.message
    assert str(path) in error.value.message


@pytest.mark.parametrize("given", GIVEN["no_log"][2:], ids=named)
def test_what_is_no_log_is_not_written_to(path, given):
    path.write_bytes(raw(given, "text"))
    with pytest.raises(UserError):
        UseLog(path, "vista")
    assert path.read_bytes() == raw(given, "text")


def test_wherever_a_log_was_cut_it_loses_the_cut_line_alone(log, path):
    whole = log.read_bytes()
    lines = whole.splitlines(keepends=True)
    for end in range(len(whole) + 1):
        path.write_bytes(whole[:end])
        kept = UseLog(path, "vista")
        kept.add(entry("c"))
        read = 0
        for number, line in enumerate(lines):
            read += len(line)
            # without its line end a line is whole too
            if end < read - 1:
                break
            number += 1
        before = list("ab")[: max(0, number - 1)]
        found = read_log(path, "vista")
        assert [entry.id for entry in found.entries] == [*before, "c"], end
        cut = end not in (0, *(sum(map(len, lines[:n])) - less for n in range(1, 4) for less in (0, 1)))
        assert len(found.broken) == (cut and end > len(lines[0])), end
        assert bool(kept.note) == (cut and end > len(lines[0])), end


def test_a_last_line_that_was_cut_is_said_when_it_is_read(log):
    log.write_bytes(log.read_bytes()[:-20])
    [line] = read_log(log, "vista").broken
    assert f"{log}:3: cut in the middle" in line


def test_a_line_that_a_full_disk_cut_while_the_server_ran_takes_no_other_with_it(log):
    kept = UseLog(log, "vista")
    log.write_bytes(log.read_bytes() + b'{"id": "c", "at": "2026')
    kept.add(entry("d"))
    assert ids(log) == ["a", "b", "d"]


def test_a_log_that_was_moved_away_while_the_server_ran_begins_anew(log):
    kept = UseLog(log, "vista")
    log.rename(log.with_suffix(".old"))
    kept.add(entry("c"))
    assert ids(log) == ["c"]


def test_half_a_character_of_a_client_is_kept(log):
    UseLog(log, "vista").add(Entry("c", "", "vendors \ud800", "..."))
    assert read_log(log, "vista").entries[-1].question == "vendors \ud800"


def test_a_log_without_values_is_not_gone_on_with_values(path):
    UseLog(path, "vista", mask=lambda entry: entry)
    with pytest.raises(UserError, match="begun with --mask"):
        UseLog(path, "vista")


def test_a_place_that_cannot_be_written_is_said_in_a_line(tmp_path):
    for place in (tmp_path, tmp_path / "none" / "use.jsonl"):
        with pytest.raises(UserError, match="cannot be"):
            UseLog(place, "vista")


def test_a_server_starts_on_a_cut_log_and_says_so(log, shop, capsys):
    from serve import kept_in

    shop = replace(shop, database=shop.database.model_copy(update={"name": "vista"}))
    log.write_bytes(log.read_bytes()[:-20])
    kept_in(log, shop, mask=False).add(entry("c"))
    assert capsys.readouterr().err == f"note: the last line of {log} was cut and is left out; the others are kept\n"
    assert ids(log) == ["a", "c"]


def test_a_log_is_masked_where_that_is_asked_for(path, shop):
    from serve import kept_in

    kept_in(path, shop, mask=True).add(Entry("a", "", "orders of Alder Concrete over 5", "..."))
    [kept] = read_log(path, "shop").entries
    assert (kept.question, kept.masked) == ("orders of ? over ?", True)


def test_a_log_of_a_hundred_megabytes_is_read(path):
    line = LINE.replace("...", "x" * 1000)
    with path.open("w") as file:
        file.write(HEAD)
        file.writelines(line.format(number) for number in range(100_000))
    assert path.stat().st_size > 100_000_000
    assert len(read_log(path, "vista").entries) == 100_000
    UseLog(path, "vista").add(entry("last"))
