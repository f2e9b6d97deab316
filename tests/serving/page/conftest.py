"""The page over the sample's catalog, and the browser of the report's tests."""

from pathlib import Path

import httpx
import pytest
import yaml
from tests.report.conftest import browser

from vgpt2.serving.sure.council import Care

from .served import GivenDesk, serving

__all__ = ["browser"]
ANSWERS = Path(__file__).parents[2] / "fixtures" / "serving" / "page.yaml"


@pytest.fixture(scope="package")
def desk(sample):
    return GivenDesk(sample, yaml.safe_load(ANSWERS.read_text(encoding="utf-8")), {"slow": 1.5})


@pytest.fixture(scope="package")
def unsure(sample):
    """A desk that makes five answers to each question, of which three have to agree."""
    answers = yaml.safe_load(ANSWERS.with_name("sure.yaml").read_text(encoding="utf-8"))
    made = GivenDesk(sample, answers, care=Care(5, 3))
    yield made
    made.close()


@pytest.fixture(scope="package")
def url(desk):
    with serving(desk) as address:
        yield address


@pytest.fixture(scope="package")
def client(url):
    """The same endpoint without the browser."""
    with httpx.Client(base_url=url, trust_env=False, timeout=120) as made:
        yield made
