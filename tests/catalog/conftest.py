"""Catalogs of the small fixtures."""

from pathlib import Path

import pytest

from vgpt2.catalog.build import read
from vgpt2.settings import load_database

FIXTURES = Path(__file__).parents[1] / "fixtures" / "catalog"


@pytest.fixture(scope="session")
def shop():
    """The catalog of `fixtures/catalog/scripts`."""
    return read(FIXTURES / "scripts", load_database("generic.yaml")).catalog


@pytest.fixture(scope="session")
def vista_reading():
    """What was read of `fixtures/catalog/vgpt2`."""
    return read(FIXTURES / "vgpt2", load_database("vista.yaml"))


@pytest.fixture(scope="session")
def vista(vista_reading):
    """The catalog of `fixtures/catalog/vgpt2`."""
    return vista_reading.catalog


@pytest.fixture(scope="session")
def corpora():
    """The folder with real databases beside the clone: it holds `adventure-works`, `dacpac` and others."""
    beside = Path(__file__).parents[3]
    found = (path for depth in ("", "*/", "*/*/") for path in beside.glob(f"{depth}adventure-works/instawdb.sql"))
    script = next(found, None)
    if script is None:
        pytest.skip("no real databases beside the clone")
    return script.parents[1]
