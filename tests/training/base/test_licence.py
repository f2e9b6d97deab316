"""Under which licence a base model is had, and that our files say what the model's own page says."""

from __future__ import annotations

import pytest

from vgpt2.errors import UserError
from vgpt2.files import write_text
from vgpt2.settings import ModelSettings, load_profile, model_names
from vgpt2.training.base import licence
from vgpt2.training.base.licence import check_licence, licence_of, of_page


@pytest.fixture(autouse=True)
def hub(monkeypatch):
    """What the hub says, by name; nothing is asked of it here."""
    said: dict[str, str] = {}
    monkeypatch.setattr(licence, "of_hub", lambda name: said.get(name, ""))
    return said


@pytest.mark.parametrize("name", model_names())
def test_every_model_of_ours_has_one(name):
    assert licence_of(load_profile("a6000", name).model) in ("Apache-2.0", "llama3.1")


def test_those_of_packages_and_the_one_that_is_made_up():
    assert licence_of(load_profile("cpu").model) == licence_of(load_profile("cpu-qwen").model) == "Apache-2.0"
    assert licence_of(load_profile("tiny").model) == "made here, no licence of others"


def test_another_one_there_than_in_our_file_stops(hub):
    model = load_profile("a6000", "qwen2.5-7b").model
    assert check_licence(model) == "Apache-2.0"  # where the hub does not answer
    hub[model.name_or_path] = "apache-2.0"
    assert check_licence(model) == "Apache-2.0"
    hub[model.name_or_path] = "qwen-research"
    with pytest.raises(UserError, match=r"Qwen2.5-7B-Instruct: its licence is 'qwen-research' there, 'Apache-2.0' in"):
        check_licence(model)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("---\nlicense: mit\ntags: [x]\n---\n# A model\n", "mit"),
        ("---\nlicense: other\nlicense_name: tongyi-qianwen\n---\n", "tongyi-qianwen"),
        ("---\nlicense: other\n---\n", "other"),
        ("# A model\nlicense: mit\n", ""),
        ("---\ntags: [x]\n---\n", ""),
    ],
)
def test_a_folder_says_it_on_its_page(tmp_path, page, said):
    write_text(tmp_path / "README.md", page)
    assert of_page(tmp_path) == said
    assert check_licence(ModelSettings(source="hub", name_or_path=str(tmp_path), template="qwen")) == said


def test_where_nobody_says_it_is_empty(tmp_path, hub):
    assert of_page(tmp_path) == ""
    model = ModelSettings(source="hub", name_or_path="owner/model", template="qwen")
    assert check_licence(model) == ""
    hub["owner/model"] = "mit"
    assert check_licence(model) == "mit"
