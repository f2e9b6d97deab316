"""Which grader it is: the same code is the same one, whatever the line ends of a checkout."""

from pathlib import Path

from vgpt2.exam.grading import version
from vgpt2.exam.grading.version import CODE, grader_version


def test_all_that_it_is_made_of_is_there():
    library = Path(version.__file__).parents[2]
    assert [place for place in CODE if not (library / place).exists()] == []


def test_it_changes_with_the_code_and_not_with_line_ends(tmp_path, monkeypatch):
    found = []
    for name, text in (("a", "x = 1\n"), ("b", "x = 1\r\n"), ("c", "x = 2\n")):
        file = tmp_path / name / "exam" / "grading" / "version.py"
        file.parent.mkdir(parents=True)
        file.write_bytes(text.encode())
        monkeypatch.setattr(version, "__file__", str(file))
        found.append(grader_version.__wrapped__())
    assert found[0] == found[1] != found[2]
