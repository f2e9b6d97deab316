"""How large a model is, from its folder or its name."""

from __future__ import annotations

import pytest

from vgpt2.training.model_size import weight_count


def test_the_weights_of_a_folder_are_counted_by_its_files(tiny_base):
    from safetensors import safe_open

    with safe_open(tiny_base / "model.safetensors", "pt") as tensors:
        count = sum(tensors.get_tensor(name).numel() for name in tensors.keys())  # noqa: SIM118  # no mapping
    assert weight_count(str(tiny_base)) == pytest.approx(count, rel=0.02)


@pytest.mark.parametrize(("name", "count"), [("Qwen/Qwen2.5-7B-Instruct", 7e9), ("some/model", 0)])
def test_of_a_model_elsewhere_the_name_tells_or_nothing_does(name, count):
    assert weight_count(name) == count
