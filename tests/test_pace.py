"""What steps took here foretells what they will take: the same profile, the same source first, for as much work."""

from __future__ import annotations

import pytest

from vgpt2.files import write_json
from vgpt2.pace import FILE, KEPT, Pace, duration


def test_a_step_is_foretold_by_the_median_of_its_last_times(tmp_path):
    pace = Pace(tmp_path, "tiny", "data/sample")
    assert pace.seconds("train sft") is None
    for seconds in (1, 1, 9, 8, 10, 11, 12):
        pace.learn("train sft", seconds)
    assert pace.seconds("train sft") == 10  # the last five
    assert KEPT == 5
    assert Pace(tmp_path, "cpu", "data/sample").seconds("train sft") is None


def test_its_own_source_comes_first_and_another_is_better_than_none(tmp_path):
    Pace(tmp_path, "tiny", "a").learn("catalog", 4)
    assert Pace(tmp_path, "tiny", "b").seconds("catalog") == 4
    Pace(tmp_path, "tiny", "b").learn("catalog", 40)
    assert Pace(tmp_path, "tiny", "a").seconds("catalog") == 4
    assert Pace(tmp_path, "tiny", "b").seconds("catalog") == 40


def test_twice_as_much_work_takes_twice_as_long(tmp_path):
    pace = Pace(tmp_path, "tiny")
    pace.learn("train sft", 30, work=1000)
    assert pace.seconds("train sft", work=2000) == 60
    assert pace.seconds("train sft") == 30


def test_the_sum_is_told_only_where_every_step_is_known(tmp_path):
    pace = Pace(tmp_path, "tiny")
    pace.learn("catalog", 60)
    pace.learn("suite", 96)
    assert pace.told(["catalog", "suite"]) == "about 2.6 minutes by earlier runs here"
    assert pace.told(["catalog", "train sft"]) == ""
    assert pace.told([]) == ""


@pytest.mark.parametrize("text", ["", "[]", "{", '{"tiny": []}', '{"tiny": {"catalog": [1, {"seconds": 2}]}}'])
def test_a_broken_file_foretells_nothing_and_is_mended(tmp_path, text):
    (tmp_path / FILE).write_text(text)
    pace = Pace(tmp_path, "tiny")
    assert pace.seconds("catalog") is None
    pace.learn("catalog", 3)
    assert pace.seconds("catalog") == 3


def test_a_run_names_its_profile_and_source_and_one_without_settings_learns_nothing(tmp_path):
    Pace.of_run(tmp_path / "none").learn("catalog", 3)
    assert not (tmp_path / FILE).exists()
    write_json(tmp_path / "r" / "settings.json", {"profile_name": "tiny", "source": "data/sample"})
    assert Pace.of_run(tmp_path / "r") == Pace(tmp_path, "tiny", "data/sample")


def test_where_nothing_can_be_written_the_step_does_not_fail(tmp_path):
    (tmp_path / "runs").write_text("a file")
    Pace(tmp_path / "runs", "tiny").learn("catalog", 3)
    assert (tmp_path / "runs").read_text() == "a file"


@pytest.mark.parametrize(("seconds", "text"), [(0.2, "1 s"), (40, "40 s"), (156, "2.6 minutes"), (11_160, "3.1 hours")])
def test_durations_are_said_as_people_do(seconds, text):
    assert duration(seconds) == text
