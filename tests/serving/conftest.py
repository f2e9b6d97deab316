"""What the tests of serving share: Microsoft's parser and two small catalogs for the guard, and a desk."""

from __future__ import annotations

import pytest
from tests.tsql.conftest import catalogs, vista, works
from tests.tsql.grammar.conftest import batches, witness

from vgpt2.serving.desk import Desk
from vgpt2.settings import load_profile

__all__ = ["batches", "catalogs", "vista", "witness", "works"]


@pytest.fixture(scope="session")
def desk(sample, tiny_model):
    """A desk over a tiny model; it has learnt nothing, so its answers are odd, but they are a model's."""
    made = Desk(tiny_model, sample, load_profile("tiny"))
    yield made
    made.close()
