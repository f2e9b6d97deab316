"""Where the profile harvests, the data of DPO and KTO are made behind the gates before them, by make and PowerShell."""

from __future__ import annotations

import json

import pytest

from .walked import Chain

ORDER = """
extract_catalog
build_suite
generate_training_data
generate_negative_examples
merge_sft
dedupe sft
validate_data sft
register_datasets
make_base
preflight sft
run_validation base
train_stage sft
run_validation sft
compare_checkpoints sft
harvest_answers dpo
generate_dpo_pairs
dedupe dpo
validate_data dpo
register_datasets dpo
preflight dpo
train_stage dpo
run_validation dpo
compare_checkpoints dpo
harvest_answers kto
generate_kto_data
dedupe kto
validate_data kto
register_datasets kto
preflight kto
train_stage kto
run_validation kto
compare_checkpoints kto
export_model
build_report
""".split("\n")[1:-1]
FROM_KTO = ORDER[ORDER.index("generate_kto_data") :]


def test_the_stages_data_come_behind_the_gates_and_again_nothing_runs(chain):
    chain.variables["HARVEST"] = "6"
    assert "34 steps would run" in chain.make("plan").stdout
    done = chain.make("all")
    assert done.returncode == 0, done.stderr
    assert chain.steps() == ORDER
    assert json.loads((chain.run / "settings.json").read_text())["profile"]["harvest"]["count"] == 6
    data = f"{chain.run}/data"
    for stage, before in (("dpo", "sft"), ("kto", "dpo")):
        gate, own = f"{chain.run}/gates/{before}.json", f"{data}/raw/harvest_{stage}.jsonl"
        asked, made = (line for line in words_of(chain) if own in line)
        assert f"{stage} --model {gate} --aside --apart {data}/sft.jsonl --apart {data}/sft_eval.jsonl " in asked
        assert (f" --apart {data}/raw/dpo.jsonl " in asked) == (stage == "kto")
        assert f" --harvest {own} --harvest-of {gate} " in made
    assert chain.make("all").returncode == 0
    assert chain.steps() == []
    assert "0 steps would run" in chain.make("plan").stdout
    # What is registered of a stage is no reason to do anything; another harvest is one, for its stage and what follows.
    for touched, runs in (("data/registered_dpo.json", []), ("data/raw/harvest_kto.jsonl", FROM_KTO)):
        chain.touch(touched)
        assert chain.make("all").returncode == 0
        assert chain.steps() == runs
    chain.touch("gates/sft.json")
    chain.make("all")
    assert chain.steps() == ORDER[ORDER.index("harvest_answers dpo") :]
    # Without it the data are others, and so are the stages that were trained on them: that is asked for.
    assert "harvest.count 6 -> 0" in chain.make("all", HARVEST="0").stderr


def words_of(chain: Chain) -> list[str]:
    """The command lines that the interpreter was given."""
    return chain.log.read_text().splitlines()


def test_a_failed_harvest_ends_the_chain_and_the_next_start_goes_on_from_it(chain):
    chain.variables["HARVEST"] = "6"
    assert chain.make("all", fail="harvest_answers.py dpo").returncode == 2
    assert chain.steps() == ORDER[: ORDER.index("harvest_answers dpo") + 1]
    assert not (chain.run / "data/raw/harvest_dpo.jsonl").exists()
    assert chain.make("dpo").returncode == 0
    assert chain.steps() == ORDER[ORDER.index("harvest_answers dpo") : ORDER.index("harvest_answers kto")]


@pytest.mark.parametrize(
    ("profile", "gpu", "variables", "harvests"),
    [
        ("a6000", True, {}, True),
        ("a6000", True, {"HARVEST": "0"}, False),
        ("a6000", False, {}, False),
        ("tiny", True, {}, False),
    ],
)
def test_a_gpu_profile_harvests_where_there_is_a_gpu(chain, profile, gpu, variables, harvests):
    chain.has_gpu(gpu)
    done = chain.make("data", PROFILE=profile, TEACHER="none", **variables)
    assert done.returncode == 0, done.stderr
    assert ("generate_dpo_pairs" not in chain.steps()) == harvests
    settings = json.loads((chain.run / "settings.json").read_text())
    assert bool(settings["profile"]["harvest"]["count"]) == harvests


def test_what_is_no_number_of_questions_is_said_at_once(chain):
    done = chain.make("data", HARVEST="many")
    assert done.returncode == 2
    assert "harvest=many: not a number of questions; 0 harvests nothing" in done.stderr.lower()
    assert not chain.run.exists()
