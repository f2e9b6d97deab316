"""What the tests of serving share: Microsoft's parser and two small catalogs for the guard, and a tiny model."""

from __future__ import annotations

import pytest
from tests.tsql.conftest import catalogs, vista, works
from tests.tsql.grammar.conftest import witness

from vgpt2.catalog.store import save
from vgpt2.serving.desk import Desk
from vgpt2.settings import load_profile
from vgpt2.training.base.base_model import make_base

__all__ = ["catalogs", "vista", "witness", "works"]


@pytest.fixture(scope="session")
def tiny_model(sample, tmp_path_factory):
    """The folder of a tiny model that has learnt nothing."""
    folder = tmp_path_factory.mktemp("model")
    save(sample, folder / "catalog.json")
    make_base(load_profile("tiny").model, 1, folder / "catalog.json", folder / "model")
    return folder / "model"


@pytest.fixture(scope="session")
def desk(sample, tiny_model):
    """A desk over a tiny model; it has learnt nothing, so its answers are odd, but they are a model's."""
    made = Desk(tiny_model, sample, load_profile("tiny"))
    yield made
    made.close()
