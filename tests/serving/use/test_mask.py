"""What a masked log hides and what it keeps."""

from pathlib import Path

import pytest
import yaml

from vgpt2.catalog.retrieval import Retriever
from vgpt2.serving.use.entry import Entry
from vgpt2.serving.use.log import UseLog
from vgpt2.serving.use.mask import Mask, mask
from vgpt2.serving.use.reading import read_log

GIVEN = yaml.safe_load((Path(__file__).parents[2] / "fixtures" / "serving" / "use_mask.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def hide(sample):
    return Mask(sample, Retriever(sample))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Vendor = 12 AND Name = 'Al''der'", "Vendor = ? AND Name = ?"),
        ("invoices over 1,500.00 since 2024-03-01", "invoices over ? since ?"),
        ("APTH of company 1", "APTH of company ?"),
        ("V1099YN is a column", "V1099YN is a column"),
    ],
)
def test_texts_in_quotes_and_numbers_are_values(text, said):
    assert mask(text) == said


@pytest.mark.parametrize("given", GIVEN, ids=lambda given: given["question"])
def test_a_mask_hides_what_is_of_somebody_and_leaves_what_is_of_the_catalog(given, hide):
    kept = hide(Entry("a", "", given["question"], "", given.get("sql", "")))
    assert kept.question == given["kept"]
    assert kept.masked == (kept.question != given["question"])


def test_what_is_hidden_in_the_question_is_hidden_in_all_that_comes_of_it(hide, sample, tmp_path):
    path = tmp_path / "use.jsonl"
    sql = "SELECT PO FROM POHD AS h1 WITH (NOLOCK) WHERE POCo = 4711 AND Job IN ('JO1009', 'It''s')"
    answer = f"The orders of Alder Concrete for JO1009, it's 4711.\n```sql\n{sql}\n```"
    asked = "job JO1009 of Alder Concrete in 4711, it's"
    UseLog(path, "vista", hide).add(Entry("a", "", asked, answer, sql, "invalid", ["JO1009 is no job of 4711"]))
    for said in ("4711", "1009", "Alder", "Concrete"):
        assert said.lower() not in path.read_text().lower()
    [kept] = read_log(path, "vista").entries
    assert kept.sql == "SELECT PO FROM POHD AS h1 WITH (NOLOCK) WHERE POCo = ? AND Job IN (?, ?)"
    assert kept.findings == ["? is no job of ?"]
    assert kept.masked
