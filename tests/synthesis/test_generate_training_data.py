"""The script: from catalog and settings to the SFT records of a run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from vgpt2.records.store import read_records
from vgpt2.tsql.check.check import check

SCRIPT = Path(__file__).parents[2] / "scripts" / "generate_training_data.py"


def generate(run, output, **environment):
    command = [sys.executable, str(SCRIPT), "--catalog", str(run / "catalog.json")]
    command += ["--held-out", str(run / "held_out.json"), "--settings", str(run / "settings.json")]
    return subprocess.run(
        [*command, "--output", str(output)],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )


def test_the_records_are_proved_and_counted(run, untaught, sample):
    assert untaught.startswith("generate_training_data: 80 records (sql 5")
    records = read_records(run / "untaught" / "sft.jsonl")
    assert len(records) == 80
    queries = [record for record in records if record.meta.kind == "sql"]
    assert all("runs" in record.meta.proof and record.meta.skeleton for record in queries)
    assert sum("rows" in record.meta.proof for record in queries) >= 0.85 * len(queries)
    for record in queries:
        assert check(record.row["output"].split("```sql\n")[1].split("\n```")[0], sample).clean


def test_the_same_seed_gives_the_same_bytes_in_any_process(run, untaught):
    # Where `untaught` made them Python's hashes had another seed.
    assert generate(run, run / "again" / "sft.jsonl", PYTHONHASHSEED="2").returncode == 0
    for name in ("sft.jsonl", "sft.meta.jsonl"):
        assert (run / "again" / name).read_bytes() == (run / "untaught" / name).read_bytes()


def test_a_broken_catalog_is_one_line(run, tmp_path):
    broken = tmp_path / "catalog.json"
    broken.write_text("{")
    command = [sys.executable, str(SCRIPT), "--catalog", str(broken), "--settings", str(run / "settings.json")]
    done = subprocess.run(
        [*command, "--output", str(tmp_path / "o.jsonl")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1
    assert not list(tmp_path.glob("o*"))


def test_a_broken_wording_is_one_line_with_its_place_before_anything_is_made(run, tmp_path):
    scripts = tmp_path / "scripts"
    shutil.copytree(SCRIPT.parent, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    wordings = scripts / "vgpt2/synthesis/wordings/lists.yaml"
    lines = wordings.read_text().splitlines()
    number = next(number for number, line in enumerate(lines, 1) if "{columns} from {table}" in line)
    lines[number - 1] = lines[number - 1].replace("{columns}", "{colums}")
    wordings.write_text("\n".join(lines))
    command = [sys.executable, "scripts/generate_training_data.py", "--catalog", str(run / "catalog.json")]
    command += ["--held-out", str(run / "held_out.json"), "--settings", str(run / "settings.json")]
    done = subprocess.run([*command, "--output", "o.jsonl"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == (
        f"error: scripts/vgpt2/synthesis/wordings/lists.yaml:{number}: list_equal.train[1]: no slot '{{colums}}';"
        " did you mean '{columns}'?\n"
    )
    assert not list(tmp_path.glob("*o.jsonl*"))
