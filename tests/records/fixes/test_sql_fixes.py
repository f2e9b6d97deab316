"""fix_sql.py on files of any maker: good answers are mended or rejected with a reason, bad ones are left alone."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from vgpt2.catalog.store import save

SCRIPTS = Path(__file__).parents[3] / "scripts"
FENCED = "Use APTH.\n```sql\n{}\n```\nThat is all."
GOOD = "SELECT Vendor FROM APTH WITH (NOLOCK) WHERE APCo = 1"
FAULTY = "SELECT h.vendor FROM bAPTH h WHERE h.Co = 1"
INVENTED = "SELECT Supplier FROM APTH WITH (NOLOCK) WHERE APCo = 1"
OPEN = "SELECT Vendor FROM APTH WITH (NOLOCK)"


@pytest.fixture(scope="session")
def catalog(sample, tmp_path_factory):
    path = tmp_path_factory.mktemp("catalog") / "catalog.json"
    save(sample, path)
    return path


@pytest.fixture
def fix(catalog, tmp_path):
    def run(rows, name="in.jsonl"):
        text = json.dumps(rows) if name.endswith(".json") else "\n".join(map(json.dumps, rows))
        (tmp_path / name).write_text(text)
        command = [SCRIPTS / "fix_sql.py", tmp_path / name, "--catalog", catalog, "--output", tmp_path / f"out_{name}"]
        return subprocess.run([sys.executable, *command], capture_output=True, text=True)

    run.folder = tmp_path
    return run


def read_lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_good_answers_are_mended_in_place(fix):
    rows = [
        {"instruction": "a", "output": FENCED.format(FAULTY)},
        {"instruction": "b", "output": FENCED.format(GOOD)},
        {"instruction": "c", "output": "APTH holds invoices."},
        {"instruction": "d", "chosen": FENCED.format(FAULTY), "rejected": FENCED.format(FAULTY)},
        {"instruction": "e", "output": FENCED.format(FAULTY), "kto_tag": False},
    ]
    done = fix(rows)
    assert done.returncode == 0, done.stderr
    found = read_lines(fix.folder / "out_in.jsonl")
    assert found[0]["output"] == FENCED.format(GOOD.replace("Vendor", "APTH.Vendor").replace("APCo", "APTH.APCo"))
    assert found[1:3] == rows[1:3]
    assert found[3]["chosen"] == found[0]["output"] and found[3]["rejected"] == rows[3]["rejected"]
    assert found[4] == rows[4]
    assert "5 in, 5 kept, 2 of them mended" in done.stdout


def test_what_cannot_be_mended_is_rejected_with_a_reason(fix):
    rows = [
        {"instruction": "a", "output": FENCED.format(INVENTED)},
        {"instruction": "b", "output": FENCED.format(OPEN)},
        {"instruction": "c", "output": FENCED.format(GOOD)},
        "text",
    ]
    done = fix(rows, "in.json")
    assert json.loads((fix.folder / "out_in.json").read_text()) == [rows[2]]
    rejects = read_lines(fix.folder / "out_in.rejects.jsonl")
    assert [item["reason"] for item in rejects] == ["sql_unresolved", "sql_house_rules", "not_json"]
    assert "in.json[1]: APTH has no column Supplier" in rejects[0]["message"]
    assert "3 rejected (sql_unresolved 1, sql_house_rules 1, not_json 1;" in done.stdout


def test_a_file_of_which_nothing_can_be_kept_is_an_error_in_one_line(fix):
    done = fix([{"instruction": "a", "output": FENCED.format(INVENTED)}])
    assert done.returncode == 2
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1
    assert not (fix.folder / "out_in.jsonl").exists()
