"""Real scripts, mutilated: whatever is left of them is read or listed, and nothing is a traceback.

Every fault is made from a seed; `unread` may hold what the reader could not follow, but no error of our own.
"""

import random
import re

import pytest

from vgpt2.catalog.build import build
from vgpt2.catalog.readers.encoding import decode
from vgpt2.errors import UserError, is_own
from vgpt2.settings import load_database

FILES = 2_000
AT_ONCE = 100


def cut(rng, data):
    return data[: rng.randrange(len(data))]


def without_lines(rng, data):
    lines = data.split(b"\n")
    return b"\n".join(line for line in lines if rng.random() > 0.2)


def doubled(rng, data):
    return b"\n".join(line for line in data.split(b"\n") for _ in range(1 + (rng.random() < 0.2)))


def swapped(rng, data):
    lines = data.split(b"\n")
    for _ in range(max(1, len(lines) // 8)):
        one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def with_rubbish(rng, data):
    out = bytearray(data)
    for _ in range(1 + len(out) // 200):
        out[rng.randrange(len(out))] = rng.randrange(1, 256)
    return bytes(out)


def without_marks(rng, data):
    """A quote, bracket or comment that does not end."""
    marks = [place for place, byte in enumerate(data) if chr(byte) in "'\"[]()*/-;"]
    gone = set(rng.sample(marks, min(len(marks), 1 + len(marks) // 30)))
    return bytes(byte for place, byte in enumerate(data) if place not in gone)


MUTATIONS = (cut, without_lines, doubled, swapped, with_rubbish, without_marks)


@pytest.fixture(scope="module")
def scripts(corpora):
    """Scripts of one object each, and pieces of the big ones."""
    found = [path.read_bytes() for path in sorted(corpora.rglob("wwi-ssdt/**/*.sql"))]
    for path in sorted([*corpora.glob("northwind-pubs/*.sql"), *corpora.glob("adventure-works/*.sql")]):
        batches = re.split(r"(?im)^GO\s*$", decode(path.read_bytes()))
        schema = [batch for batch in batches if re.search(r"(?i)\bCREATE\b", batch)]
        found += ["GO".join(schema[start : start + 4]).encode() for start in range(0, len(schema), 4)]
    return [data for data in found if data.strip()]


@pytest.mark.slow
@pytest.mark.parametrize("part", range(FILES // AT_ONCE))
def test_no_script_is_a_traceback(part, scripts, tmp_path):
    rng = random.Random(part)
    for number in range(AT_ONCE):
        (tmp_path / f"{number:03}.sql").write_bytes(rng.choice(MUTATIONS)(rng, rng.choice(scripts)))
    try:
        catalog = build(tmp_path, load_database("generic.yaml"))
    except UserError as error:
        # `USE` of two databases may be left in a part: one line that says so.
        assert "DATABASE_NAME=" in str(error)
        return
    assert catalog.tables
    assert not [item for item in catalog.unread if is_own(item.construct) or is_own(item.text)]
    assert [table.qualified for table in catalog.tables if not table.columns and not _is_listed(catalog, table)] == []


def _is_listed(catalog, table):
    name = " ".join(table.qualified.split())[:100]  # a name that lost its bracket goes on for lines
    return any(name in f"{item.construct} {item.text}" for item in catalog.unread)
