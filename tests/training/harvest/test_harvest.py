"""A harvest from end to end: what it writes proves out, goes first into DPO and KTO, and passes the audit's rules."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import pytest
from tests.training.harvest.conftest import Pupil

from vgpt2.audit.audit import audit, load_rows
from vgpt2.audit.model import Context
from vgpt2.catalog.build import build
from vgpt2.errors import UserError
from vgpt2.files import read_json, read_jsonl, write_json
from vgpt2.records.held_out import HeldOut
from vgpt2.records.model import Record
from vgpt2.records.proof import Prover
from vgpt2.records.store import read_records, write_records
from vgpt2.settings import load_database, load_profile, profile_names
from vgpt2.synthesis.preferences.harvest import check_model, read_harvest
from vgpt2.synthesis.preferences.sets import Preferences
from vgpt2.synthesis.preferences.sources import Sources, record_keys
from vgpt2.training.harvest.choosing import Own
from vgpt2.training.harvest.harvest import Apart, answers_path, harvest, not_told_by_words
from vgpt2.training.harvest.questions import fresh_questions


@pytest.fixture(scope="module")
def made(sample, run, prover, grader, tmp_path_factory):
    """A harvest of each stage, the second apart from the first, and what each says of itself."""
    folder = tmp_path_factory.mktemp("harvest")
    wanted = run.profile.harvest.model_copy(update={"count": 24, "answers": 4})
    apart = Apart()
    found = {}
    for stage in ("dpo", "kto"):
        output = folder / f"harvest_{stage}.jsonl"
        sources = Sources(sample, run.profile.data, run.seed, HeldOut(), prover, apart.records)
        asked = fresh_questions(sources, grader.rows, stage, wanted.count, apart.families)
        pupil = Pupil({item.question.question: item.example.answer for item in asked})
        found[stage] = output, harvest(stage, pupil, sample, run, HeldOut(), apart, output, wanted)
        apart = Apart.read([output])
    return found


def test_every_record_proves_out_again_and_says_where_it_came_from(made, prover):
    for stage, (output, about) in made.items():
        records = read_records(output)
        assert 8 <= len(records) == about["records"] <= about["questions"] == 24
        assert len(read_harvest(output, stage, prover)) == len(records)
        assert {record.meta.source for record in records} == {"harvest"}
        assert len({record.row["instruction"] for record in records}) == len(records)
        assert about["answers"] == 24 * 4 == sum(about["outcomes"].values())
        assert read_json(output.with_suffix(".json")) == about
        assert len(read_jsonl(answers_path(output))) == 1 + 24 * 4


def test_they_go_first_and_synthetic_ones_fill_up(made, sample, run, prover):
    data = run.profile.data
    own = read_harvest(made["dpo"][0], "dpo", prover)
    dpo = Preferences(sample, data, run.seed).dpo(40, own)
    assert len(dpo) == 40
    assert sum(record.meta.source == "harvest" for record in dpo) == len(own)
    rows = read_harvest(made["kto"][0], "kto", prover)
    kto = Preferences(sample, data, run.seed, taken=dpo).kto(40, rows)
    assert len(kto) == 40
    assert sum(record.row["kto_tag"] for record in kto) == 24
    assert not {key for one in dpo for key in record_keys(one)} & {key for one in kto for key in record_keys(one)}


def test_the_audit_judges_the_mix_and_tells_its_shares(made, sample, run, prover, tmp_path):
    own = read_harvest(made["dpo"][0], "dpo", prover)
    write_records(tmp_path / "dpo.jsonl", Preferences(sample, run.profile.data, run.seed).dpo(40, own))
    context = Context(prover, run.profile.audit, meta_needed=True)
    report = audit(load_rows(tmp_path / "dpo.jsonl")[0], context)
    rules = {rule.rule: rule for rule in report.rules}
    assert report.ok, [rule.sentence() for rule in report.rules if not rule.ok]
    assert rules["own_share_dpo"].figure == round(len(own) / 40, 4)
    assert rules["own_share_dpo"].note == f"{len(own)} of the model's own, {40 - len(own)} synthetic"
    assert report.figures["origin"] == {"own": len(own), "synthetic": 40 - len(own)}
    # an own pair whose chosen side is not proved is found as any other
    broken = replace(own[0], row=own[0].row | {"chosen": own[0].row["chosen"].replace("FROM ", "FROM X")})
    write_records(tmp_path / "broken.jsonl", [broken])
    report = audit(load_rows(tmp_path / "broken.jsonl")[0], context)
    assert "sql_resolves" in {rule.rule for rule in report.rules if not rule.ok}


def test_without_own_answers_the_report_says_nothing_of_them(sample, run, prover, tmp_path):
    write_records(tmp_path / "dpo.jsonl", Preferences(sample, run.profile.data, run.seed).dpo(20))
    report = audit(load_rows(tmp_path / "dpo.jsonl")[0], Context(prover, run.profile.audit, meta_needed=True))
    assert "origin" not in report.figures
    assert not [rule for rule in report.rules if rule.rule.startswith("own_share")]


def test_of_a_catalog_that_gives_few_questions_it_takes_these(run, tmp_path):
    (tmp_path / "tables.sql").write_text("CREATE TABLE dbo.Note (Text varchar(max) NULL);\nGO\n")
    catalog = build(tmp_path / "tables.sql", load_database("generic.yaml"))
    output = tmp_path / "harvest_dpo.jsonl"
    wanted = run.profile.harvest.model_copy(update={"count": 40, "answers": 2})
    about = harvest("dpo", Pupil(defaultdict(str)), catalog, run, HeldOut(), Apart(), output, wanted)
    assert about["questions"] < 40
    assert (about["answers"], about["records"]) == (2 * about["questions"], 0)
    assert read_harvest(output, "dpo", Prover(catalog, run.seed)) == []


def test_a_model_that_is_told_by_its_words_gives_nothing(made, prover, run):
    records = read_records(made["dpo"][0])
    base = records[0]
    told = [
        Own(
            Record(
                base.row | {"id": str(number), "chosen": "As asked: SELECT", "rejected": "Sure! SELECT"},
                replace(base.meta, id=str(number), family=str(number)),
            ),
            gold=number < 90,
        )
        for number in range(180)
    ]
    context = Context(prover, run.profile.audit)
    assert not_told_by_words(told, "dpo", context) == ([], 180)
    few = told[:30]
    assert not_told_by_words(few, "dpo", context) == (few, 0)


def test_of_golds_that_words_tell_those_stay_that_differ_least(made, prover, run):
    base = read_records(made["dpo"][0])[0]

    def pair(number, gold, chosen, rejected):
        row = base.row | {"id": str(number), "chosen": f"{chosen} {number % 7}", "rejected": f"{rejected} {number % 5}"}
        return Own(Record(row, replace(base.meta, id=str(number), family=str(number))), gold)

    own = [pair(number, False, "Show the total", "Show the total") for number in range(70)]
    near = [pair(100 + number, True, "As asked the total", "Sure here the total") for number in range(20)]
    far = [pair(200 + number, True, "As asked: here it comes", "Sure! anything else") for number in range(80)]
    context = Context(prover, run.profile.audit)
    kept, left_out = not_told_by_words([*far, *own, *near], "dpo", context)
    golds = [one.record.id for one in kept if one.gold]
    assert len(kept) == 170 - left_out == 70 + len(golds) and 0 < len(golds) < 100
    # All near ones before any far one.
    assert {one.record.id for one in near} <= {*golds} or {*golds} <= {one.record.id for one in near}


def test_a_harvest_of_another_model_is_refused_in_a_line(made, tiny_base, tmp_path):
    path = made["dpo"][0]
    with pytest.raises(UserError, match=r"harvest_dpo\.jsonl: a harvest of pupil, not of .*; run harvest_answers"):
        check_model(path, str(tiny_base))
    write_json(tmp_path / "h.json", {})
    with pytest.raises(UserError, match="does not say whose answers"):
        check_model(tmp_path / "h.jsonl", str(tiny_base))


def test_profiles_harvest_on_a_gpu_only():
    profiles = {name: load_profile(name) for name in profile_names()}
    on = {name for name, profile in profiles.items() if profile.harvest.count}
    assert on == {name for name, profile in profiles.items() if not profile.launch.use_cpu} != set()
