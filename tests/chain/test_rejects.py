"""Files of a user's own: what is set aside is named, and where all of it is, the chain ends."""

from __future__ import annotations

import json
import runpy

import pytest
from click.testing import CliRunner

from vgpt2.catalog import store
from vgpt2.files import read_jsonl, write_json, write_jsonl
from vgpt2.settings import Settings, load_profile

from .walked import ROOT, Chain


def run(script: str, *arguments: object):
    """A script in this process."""
    main = runpy.run_path(str(ROOT / "scripts" / script))["main"]
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


GOOD = {"instruction": "List all vendors.", "input": "", "output": "```sql\nSELECT Vendor FROM APVM WITH (NOLOCK)\n```"}
BAD = {"instruction": "x", "output": "```sql\nSELECT Nope FROM Nowhere\n```"}


@pytest.fixture
def merge(tmp_path, sample):
    """merge_sft.py over a folder of EXTRA with these records."""
    store.save(sample, tmp_path / "catalog.json")
    settings = Settings(run="r", profile_name="tiny", source="s", database="d", seed=1, profile=load_profile("tiny"))
    write_json(tmp_path / "settings.json", json.loads(settings.model_dump_json()))
    for name in ("sft", "negatives"):
        write_jsonl(tmp_path / f"{name}.jsonl", [])
        write_jsonl(tmp_path / f"{name}.meta.jsonl", [])

    def with_records(*records: dict):
        write_json(tmp_path / "extra" / "mine.json", list(records))
        files = ("--sft", tmp_path / "sft.jsonl", "--negatives", tmp_path / "negatives.jsonl")
        where = ("--settings", tmp_path / "settings.json", "--output", tmp_path / "merged.jsonl")
        return run("merge_sft.py", *files, "--extra", tmp_path / "extra", *where)

    return with_records


def test_where_every_record_is_rejected_the_chain_ends_and_says_why(merge, tmp_path):
    done = merge(BAD, {"instruction": "no answer"})
    assert done.exit_code == 2
    [line] = done.stderr.splitlines()
    assert "all 2 records were rejected (missing_field 1, sql_unresolved 1; first: mine.json[1]: " in line
    assert str(tmp_path / "merged.rejects.jsonl") in line
    assert "sqlglot" not in line
    rejects = read_jsonl(tmp_path / "merged.rejects.jsonl")
    assert [reject["where"] for reject in rejects] == ["mine.json[1]", "mine.json[2]"]
    assert not (tmp_path / "merged.jsonl").exists()


def test_some_rejects_are_counted_and_their_file_is_named(merge, tmp_path):
    done = merge(GOOD, BAD)
    assert done.exit_code == 0, done.output
    assert "1 of the user, 1 rejected (sql_unresolved 1" in done.output
    assert str(tmp_path / "merged.rejects.jsonl") in done.output


@pytest.mark.parametrize("script", ["fix_sql.py", "fix_labels.py"])
def test_a_fixer_never_writes_over_what_it_mends(tmp_path, sample, script):
    store.save(sample, tmp_path / "catalog.json")
    mine = tmp_path / "mine.jsonl"
    write_jsonl(mine, [{**GOOD, "kto_tag": "true"}])
    before = mine.read_bytes()
    options = ("--catalog", tmp_path / "catalog.json") if script == "fix_sql.py" else ()
    done = run(script, mine, *options, "--output", tmp_path / "." / "mine.jsonl")
    assert done.exit_code == 2
    assert "would overwrite the file that is mended; give another --output" in done.stderr
    assert mine.read_bytes() == before


def test_a_chain_that_ends_for_them_leaves_what_was_made_before(chain: Chain, sample):
    """make and PowerShell, with the real merge among stand-ins."""
    chain.make("data")
    store.save(sample, chain.run / "catalog.json")
    assert chain.make("data").returncode == 0
    for name in ("sft", "negatives"):
        (chain.run / "data" / "raw" / f"{name}.meta.jsonl").touch()
    before = chain.state()
    write_json(chain.folder / "extra" / "mine.json", [{"instruction": "no answer"}])
    chain.environment["FAKE_REAL"] = "merge_sft.py"
    done = chain.make("data", EXTRA=str(chain.folder / "extra"))
    assert done.returncode == 2
    [line] = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    assert "all 1 records were rejected" in line and "sft_merged.rejects.jsonl" in line
    after = chain.state()
    # What was asked for is noted, and why it did not do. What leads to the merge was made anew; all else is as it was.
    noted = {name for name in after if name.startswith(("inputs/", "settings.json")) or ".rejects." in name}
    assert after.keys() - before.keys() <= noted
    assert [name for name in before.keys() - noted if after[name][0] != before[name][0]] == []
    later = [name for name in before if name.startswith(("audit/", "data/")) and "raw/" not in name]
    assert len(later) >= 10
    assert [name for name in [*later, "data/raw/sft_merged.jsonl"] if after[name] != before[name]] == []
