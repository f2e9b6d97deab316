"""A review that hands or programs left broken ends in one line: file, line, what to do."""

from pathlib import Path

import pytest
import yaml

from vgpt2.errors import UserError
from vgpt2.serving.use.review import Case, read_cases, write_cases

GIVEN = yaml.safe_load((Path(__file__).parents[2] / "fixtures" / "serving" / "use_review.yaml").read_text("utf-8"))
SOUND = '{"question": "a question of vendors", "sql": "SELECT 1"}'


@pytest.mark.parametrize("given", GIVEN, ids=lambda given: given["said"] + "/" + given["text"][:50])
def test_what_is_wrong_with_a_review_is_said_in_a_line(given, tmp_path):
    text = given["text"].replace("{}", SOUND) * given.get("times", 1)
    (tmp_path / "review.json").write_bytes(text.encode(given.get("encoding", "utf-8")))
    with pytest.raises(UserError) as error:
        read_cases(tmp_path / "review.json")
    assert given["said"] in error.value.message
    assert error.value.message.startswith(str(tmp_path))
    assert len(error.value.message.splitlines()) == 1


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_review_is_read_as_it_was_written_whatever_the_editor(bom, end, tmp_path):
    path = tmp_path / "review.json"
    given = [Case("a", "vendors \ud800, \0", "…", ["no table Y"], ["drawdown"]), Case("b", "], [", "", [])]
    write_cases(path, given)
    path.write_bytes((bom + path.read_text("utf-8").replace("\n", end)).encode("utf-8"))
    assert read_cases(path) == given
