"""What `make watch` reads of a training's logs, and how it shows it."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from vgpt2.report.watching.curves import SHOWN, read_curves, read_series
from vgpt2.report.watching.page import render, serve
from vgpt2.report.watching.terminal import sparkline

SCRIPT = Path(__file__).parents[3] / "scripts" / "watch_run.py"


def write_log(folder: Path, *steps: int, total: int = 100, per_epoch: int = 50) -> None:
    """As a DPO run has logged these steps, evaluated at each fourth of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for at, step in enumerate(steps):
        epoch = step / per_epoch
        row = {"loss": 0.7 - step / 200, "epoch": f"{epoch:.4g}", "rewards/chosen": step / 100}
        row |= {"rewards/rejected": -step / 50, "rewards/margins": step * 0.03, "logps/chosen": -40 - step}
        printed = [f"{ {name: str(value) for name, value in row.items()} }"]
        states = [{"current_steps": step, "total_steps": total, "loss": row["loss"], "epoch": epoch}]
        if at % 4 == 3:
            printed.append(f"{ {'eval_loss': '0.6', 'eval_runtime': '1', 'epoch': f'{epoch:.4g}'} }")
            states.append({"current_steps": step, "total_steps": total, "eval_loss": 0.6, "epoch": epoch})
        with (folder / "train.log").open("a", encoding="utf-8") as log:
            log.write("".join(f"[INFO] something\n{line}\n" for line in printed))
        with (folder / "trainer_log.jsonl").open("a", encoding="utf-8") as log:
            log.writelines(json.dumps({**state, "remaining_time": "0:05:10"}) + "\n" for state in states)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run whose SFT is done and whose DPO is at step 40."""
    write_log(tmp_path / "r" / "saves" / "sft", 10, 20)
    (tmp_path / "r" / "saves" / "sft" / ".done").touch()
    write_log(tmp_path / "r" / "saves" / "dpo", 1, 10, 20, 30, 40)
    return tmp_path / "r"


def test_figures_by_step(run):
    sft, dpo = read_curves(run)
    assert (sft.progress, sft.done) == ("done", True)
    assert dpo.progress == "step 40 of 100, loss 0.500, 05:10 left"
    assert dpo.series["rewards/margins"][::2] == [(1, 0.03), (20, 0.6), (40, 1.2)]
    assert dpo.series["eval_loss"] == [(30, 0.6)]
    assert list(dpo.series) == list(SHOWN)


def test_of_a_part_that_was_trained_twice_the_last_counts(tmp_path):
    write_log(tmp_path, 1, 10, 20, 30)
    write_log(tmp_path, 20, 30, 40)
    assert [step for step, _ in read_series(tmp_path)["loss"]] == [1, 10, 20, 30, 40]
    write_log(tmp_path, 1, 5)
    assert [step for step, _ in read_series(tmp_path)["loss"]] == [1, 5]


def test_what_has_not_begun_or_is_half_written(tmp_path):
    assert read_curves(tmp_path / "none") == []
    folder = tmp_path / "saves" / "sft"
    folder.mkdir(parents=True)
    (folder / "train.log").write_text("{'loss': '0.5', 'epoch': '0.1'}\n{'loss': '0.")
    (stage,) = read_curves(tmp_path)
    assert (stage.series, stage.progress) == ({}, "no step yet")
    assert "no step yet" in render(tmp_path)
    assert "no stage has begun" in render(tmp_path / "none")


def test_bars():
    assert sparkline([]) == ""
    assert sparkline([(1, 2.0), (2, 2.0)]) == "▁▁"
    assert sparkline([(1, float("nan")), (2, float("inf"))]) == "xx"
    assert sparkline([(step, float(step)) for step in range(1000)], 8) == "▁▂▃▄▅▆▇█"


def test_the_page_shows_both_pictures_and_renews_itself(run):
    server = serve(run, 0)
    url = f"http://127.0.0.1:{server.server_address[1]}/"
    page = urllib.request.urlopen(url).read().decode()
    assert '<meta http-equiv="refresh" content="5">' in page
    assert page.count("<svg") == 4
    assert 'aria-label="DPO: rewards/chosen from 0.01 to 0.4, rewards/rejected from -0.02 to -0.8' in page
    assert 'aria-label="SFT: training loss from 0.65 to 0.6"' in page
    assert "http://" not in page.replace("http://www.w3.org", "").replace("http://purl.org", "").replace(
        "http://creativecommons.org", ""
    )
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(url + "../settings.json")
    write_log(run / "saves" / "dpo", 50)
    assert "step 50 of 100" in urllib.request.urlopen(url).read().decode()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("address", "more", "headers", "code"),
    [
        ("127.0.0.1", (), {"Host": "localhost:8000"}, 200),
        ("127.0.0.1", (), {"Host": "evil.example:8000"}, 421),
        ("127.0.0.1", (), {"Host": ""}, 421),
        ("127.0.0.1", (), {"Host": "10.0.0.5:8000"}, 421),
        ("127.0.0.1", (), {"Host": "localhost:8000", "Origin": "http://evil.example"}, 403),
        ("127.0.0.1", ("box",), {"Host": "BOX"}, 200),
        ("0.0.0.0", (), {"Host": "10.0.0.5:8000"}, 200),
        ("0.0.0.0", (), {"Host": f"{socket.gethostname()}:8000"}, 200),
        ("0.0.0.0", (), {"Host": "evil.example"}, 421),
    ],
)
def test_a_page_of_elsewhere_cannot_read_it_by_a_name_of_its_own(run, address, more, headers, code):
    server = serve(run, 0, address, more)
    asked = http.client.HTTPConnection("127.0.0.1", server.server_address[1])
    asked.request("GET", "/", headers=headers)
    answer = asked.getresponse()
    text = answer.read().decode()
    assert (answer.status, "step 40 of 100" in text) == (code, code == 200)
    assert code != 421 or "--allow-host" in text
    server.shutdown()
    server.server_close()


def test_without_a_terminal_it_shows_what_is_there_and_ends(run):
    done = subprocess.run([sys.executable, SCRIPT, "--run-dir", run], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "step 40 of 100, loss 0.500, 05:10 left" in done.stdout
    assert any(line.split()[:3] == ["rewards/margins", "0.03", "1.2"] for line in done.stdout.splitlines())
    assert "PAGE=1 (--page) serves the page without one" in done.stderr
    none = subprocess.run([sys.executable, SCRIPT, "--run-dir", run / "x"], capture_output=True, text=True)
    assert (none.returncode, none.stderr.count("\n")) == (2, 1) and "no such run; make status names" in none.stderr


def test_the_page_is_there_without_a_terminal_until_it_is_told_to_end(run):
    words = [sys.executable, SCRIPT, "--run-dir", run, "--port", "0", "--page"]
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    # As below nohup, or behind an & of a shell without job control: Ctrl-C is not heard.
    with subprocess.Popen(words, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN), **pipes) as process:
        first, then = process.stdout.readline(), process.stdout.readline()
        url = re.fullmatch(rf"{run}: (http://127.0.0.1:\d+) shows the curves; Ctrl-C or SIGTERM ends it\n", first)[1]
        assert then == "dpo: step 40 of 100, loss 0.500, 05:10 left\n"
        assert "step 40 of 100" in urllib.request.urlopen(url).read().decode()
        write_log(run / "saves" / "dpo", 50)
        assert "step 50 of 100" in urllib.request.urlopen(url).read().decode()
        # The log has a line a minute, but what ends is said at once.
        (run / "saves" / "dpo" / ".done").touch()
        assert "dpo: done\n" in iter(process.stdout.readline, "")
        process.terminate()
        assert process.wait(timeout=60) == 0
        assert (process.stdout.read(), process.stderr.read()) == ("", "")


def test_a_port_that_is_taken_is_a_line_where_there_is_nothing_but_the_page(run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        words = [sys.executable, SCRIPT, "--run-dir", run, "--port", port, "--page"]
        done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: PORT={port}: no page: Address already in use; PORT=number takes another\n"
