"""Settings for the synthesis."""

import pytest

from vgpt2.settings import load_profile


@pytest.fixture(scope="session")
def cpu():
    """The data settings of the profile cpu."""
    return load_profile("cpu").data
