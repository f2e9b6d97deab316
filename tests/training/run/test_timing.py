import json
import os
import time

from vgpt2.training.run import timing


def ran(folder, seconds_ago, log_seconds_ago):
    """A part that began and wrote its last line so long ago, and was killed."""
    state = json.loads((folder / "time.json").read_text())
    (folder / "time.json").write_text(json.dumps(state | {"started": time.time() - seconds_ago}))
    (folder / "train.log").write_text("x")
    os.utime(folder / "train.log", (time.time() - log_seconds_ago,) * 2)


def test_the_parts_of_a_killed_run_add_up(tmp_path):
    timing.begin(tmp_path, 1, resumed=False)
    ran(tmp_path, 500, 400)  # 100 seconds, then killed; for 400 nothing ran
    timing.begin(tmp_path, 2, resumed=True)
    ran(tmp_path, 50, 0)
    timing.end(tmp_path)  # killed after this, before the merge: one more part of no length
    timing.begin(tmp_path, 2, resumed=True)
    timing.end(tmp_path)
    state = json.loads((tmp_path / "time.json").read_text())
    assert set(state) == {"seconds", "processes"}
    assert 149 < state["seconds"] == timing.seconds(tmp_path) < 155


def test_a_run_that_begins_anew_counts_from_nothing(tmp_path):
    timing.begin(tmp_path, 1, resumed=False)
    ran(tmp_path, 500, 0)
    timing.begin(tmp_path, 1, resumed=False)
    timing.end(tmp_path)
    assert timing.seconds(tmp_path) < 5


def test_without_a_record_nothing_is_known(tmp_path):
    assert timing.seconds(tmp_path) == 0.0
