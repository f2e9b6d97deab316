import pytest

from vgpt2.errors import UserError
from vgpt2.files import write_json, write_text
from vgpt2.training import resume
from vgpt2.training.config import stage_config
from vgpt2.training.run.space import check_space, checkpoint_count, needed_bytes

INPUTS = {"data": {"sft.jsonl": "a"}, "config": "b", "base": "c"}


def finished(folder):
    resume.begin(folder, INPUTS)
    write_json(folder / ".done", {})
    write_json(folder / "merged" / ".done", {})


def test_decisions(tmp_path):
    folder = tmp_path / "sft"
    assert resume.decide(folder, INPUTS) == "fresh"
    resume.begin(folder, INPUTS)
    assert resume.decide(folder, INPUTS) == "resume"
    assert resume.decide(folder, {**INPUTS, "base": "another"}) == "changed"
    finished(folder)
    assert resume.decide(folder, INPUTS) == "done"
    assert resume.decide(folder, {**INPUTS, "data": {"sft.jsonl": "z"}}) == "changed"


def test_a_folder_whose_merge_was_cut_off_is_not_done(tmp_path):
    finished(tmp_path / "sft")
    (tmp_path / "sft" / "merged" / ".done").unlink()
    assert resume.decide(tmp_path / "sft", INPUTS) == "resume"


def test_a_folder_of_unknown_origin_is_moved_away(tmp_path):
    for expected in ("sft.old-1", "sft.old-2"):
        write_text(tmp_path / "sft" / "adapter_model.safetensors", "x")
        assert resume.decide(tmp_path / "sft", INPUTS) == "changed"
        assert resume.move_away(tmp_path / "sft").name == expected


def test_inputs_change_with_data_config_and_base_not_with_the_place(run_dir, settings, tiny_base, tmp_path):
    def inputs(output="a", **train):
        settings.profile.train.sft.update(train)
        config = stage_config("sft", settings.profile, 7, run_dir / "data", str(tiny_base), tmp_path / output)
        return resume.inputs_of(config, str(tiny_base))

    first = inputs()
    assert inputs("b") == first
    assert inputs(learning_rate=2e-4)["config"] != first["config"]
    with (run_dir / "data" / "sft_eval.jsonl").open("a") as handle:
        handle.write('{"id": "x", "instruction": "a", "output": "b"}\n')
    assert inputs()["data"] != first["data"]


def test_no_disk_space_is_said_before_the_training(tmp_path, tiny_base):
    needed = needed_bytes(str(tiny_base), {"finetuning_type": "lora", "lora_rank": 8, "save_total_limit": 2})
    weights = (tiny_base / "model.safetensors").stat().st_size
    assert weights < needed < 3 * weights
    check_space(tmp_path / "saves" / "sft", needed, free=10 * needed)
    with pytest.raises(UserError, match=r"saves/sft: .* GiB free, about .* needed"):
        check_space(tmp_path / "saves" / "sft", 10 * 1024**3, free=1024**3)


@pytest.mark.parametrize(
    ("config", "count"),
    [
        ({"save_steps": 0.1}, 10),
        ({"save_steps": 0.34}, 3),
        ({}, 2),
        # 12 rows in batches of 4 are 3 steps an epoch, 30 in all
        ({"save_steps": 10, "per_device_train_batch_size": 4, "num_train_epochs": 10}, 3),
    ],
)
def test_where_all_checkpoints_are_kept_there_is_room_for_all(run_dir, config, count):
    rows = (run_dir / "data" / "sft.jsonl").read_text("utf-8").splitlines()[:12]
    (run_dir / "data" / "sft.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
    where = {"dataset_dir": str(run_dir / "data"), "dataset": "vgpt2_v3_sft_merged"}
    assert checkpoint_count({**where, **config}) == count


def test_a_hub_model_is_measured_by_its_name():
    lora = needed_bytes("Qwen/Qwen2.5-7B-Instruct", {"finetuning_type": "lora", "lora_rank": 256})
    full = needed_bytes("Qwen/Qwen2.5-7B-Instruct", {"finetuning_type": "full"})
    assert 14e9 < lora < 60e9 < full
