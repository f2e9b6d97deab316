"""CHECK lists, key choice, encodings, Markdown."""

import pytest

from vgpt2.catalog.keys import add_key, business_key
from vgpt2.catalog.model import Column, Key, Table
from vgpt2.catalog.readers.checks import allowed_values
from vgpt2.catalog.readers.encoding import decode
from vgpt2.catalog.readers.folder.markdown import parse

CHECKS = {
    "([Status]='O' OR [Status]='C')": ("Status", ["O", "C"]),
    "Status IN ('O', 'C')": ("Status", ["O", "C"]),
    "(upper([Class])='H' OR upper([Class])='L' OR [Class] IS NULL)": ("Class", ["H", "L"]),
    "([Status]>=(0) AND [Status]<=(3))": ("Status", ["0", "1", "2", "3"]),
    "[Sign] = -1 OR [Sign] = 1": ("Sign", ["-1", "1"]),
    "[Rate] BETWEEN 1 AND 3": ("Rate", ["1", "2", "3"]),
    "[Total] >= 0": None,
    "[Year] BETWEEN 1900 AND 2100": None,
    "[A]='X' OR [B]='Y'": None,
    "[Status] NOT IN ('X')": None,
    "[Status] <> 'X'": None,
    "[Code] LIKE '[A-Z]%'": None,
    "len([Code]) = 3": None,
    "": None,
}


@pytest.mark.parametrize("definition", CHECKS)
def test_a_check_that_is_a_list_gives_its_values(definition):
    assert allowed_values(definition) == CHECKS[definition]


def keyed(*keys):
    table = Table("dbo", "t", "table", [Column("Guid", "uniqueidentifier", "uniqueidentifier")])
    for columns, origin in keys:
        add_key(table, Key("", columns, origin))
    return business_key(table, ["KeyID"])


def test_business_key_in_order_of_trust():
    index, constraint = (["a"], "unique_index"), (["b"], "unique_constraint")
    clustered, primary = (["c", "d"], "unique_clustered"), (["e"], "primary_key")
    assert keyed(index, constraint, clustered, primary) == ["e"]
    assert keyed(index, constraint, clustered) == ["c", "d"]
    assert keyed(index, constraint) == ["b"]
    assert keyed(index) == ["a"]
    assert keyed() == []


def test_technical_columns_are_no_business_key():
    assert keyed((["KeyID"], "unique_index")) == []
    assert keyed((["KeyID"], "primary_key"), (["a"], "unique_index")) == ["a"]
    assert keyed((["KeyID"], "primary_key")) == ["KeyID"], "better than nothing"
    assert keyed((["Guid"], "unique_index")) == []


def test_a_row_number_of_one_database_is_a_key_in_any_other():
    table = Table("dbo", "t", "table", [])
    add_key(table, Key("", ["KeyID"], "primary_key"))
    add_key(table, Key("", ["a"], "unique_index"))
    assert business_key(table) == ["KeyID"]
    assert business_key(table, ["keyid"]) == ["a"], "case does not count"


def test_the_same_columns_are_one_key_of_the_best_origin():
    table = Table("dbo", "t", "table", [])
    add_key(table, Key("i", ["a", "b"], "unique_index"))
    add_key(table, Key("p", ["b", "a"], "primary_key"))
    assert [(key.name, key.origin) for key in table.keys] == [("p", "primary_key")]


def test_bytes_as_text():
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"):
        assert decode("CREATE TABLE \u00e4 (\r\nx int)\r".encode(encoding)) == "CREATE TABLE \u00e4 (\nx int)\n"
    assert decode(b"") == ""
    with pytest.raises(ValueError, match="binary"):
        decode(b"MZ\0\0\x01\0")


PAGE = """# The title

Lead.

## Overview
First line.
Second with `code` and **bold**.

```sql
# not a heading
SELECT 1
```

## Columns
| Column | Type | Notes |
|:---|---|---|
| `A` | int | a \\| b |

- **Module:** AP
**Key Logic:**
- one
- two
"""


def test_markdown():
    page = parse(PAGE)
    assert page.title == "The title"
    assert page.text("description", "overview") == "First line.\nSecond with code and bold."
    assert page.code("overview") == "# not a heading\nSELECT 1"
    assert page.rows("columns") == [{"column": "A", "type": "int", "notes": "a | b"}]
    assert page.label("module") == "AP"
    assert page.label_items("key logic") == ["one", "two"]
