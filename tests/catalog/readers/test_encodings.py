"""Bytes to text: whatever wrote them, and what is said where that cannot be told."""

import os
import tempfile
from pathlib import Path

import pytest

from vgpt2.catalog.build import build
from vgpt2.catalog.readers.encoding import decode
from vgpt2.errors import UserError
from vgpt2.files import walk
from vgpt2.settings import DatabaseSettings, load_database

SCRIPT = "CREATE TABLE dbo.[{name}] ([{column}] int NOT NULL)\nGO\n"
CHINESE = SCRIPT.format(name="\u5ba2\u6237", column="\u540d\u79f0") + "-- " + "\u8ba2\u5355" * 400
RUSSIAN = SCRIPT.format(name="\u041a\u043b\u0438\u0435\u043d\u0442", column="\u0418\u043c\u044f")
JAPANESE = SCRIPT.format(name="\u9867\u5ba2", column="\u540d\u524d\u30bd\u8868") + "-- \u4e88\u7d04\u3059\u308b\n" * 9
POLISH = SCRIPT.format(name="Zam\u00f3wienie", column="Warto\u015b\u0107") + "-- z\u0142o\u017cone przez\n"
GERMAN = SCRIPT.format(name="Gr\u00f6\u00dfe", column="L\u00e4nge") + "-- \u20ac-Betr\u00e4ge, pr\u00fcfen\n"
FRENCH = SCRIPT.format(name="\u00c9t\u00e9", column="Ann\u00e9e") + "-- d\u00e9j\u00e0 vu \u00ab fini \u00bb\n"


TURKISH = SCRIPT.format(name="M\u00fc\u015fteri", column="\u015eehir Ad\u0131") + "-- ba\u011fl\u0131\n"
LITHUANIAN = SCRIPT.format(name="U\u017esakymas", column="\u0160alis") + "-- \u0161i\u0173 met\u0173\n"
ICELANDIC = SCRIPT.format(name="\u00dej\u00f3nusta", column="Ver\u00f0") + "-- s\u00edmi og n\u00fdtt \u00e1r\n"


def books(**settings):
    return DatabaseSettings(name="b", prefix="b", title="B", **settings)


@pytest.mark.parametrize("text", [CHINESE, RUSSIAN, JAPANESE, POLISH, GERMAN, FRENCH])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_in_any_form(text, encoding):
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("text", [GERMAN, FRENCH, ICELANDIC])
def test_western_text_needs_no_setting(text):
    assert decode(text.encode("cp1252")) == text


@pytest.mark.parametrize(("text", "encoding"), [(RUSSIAN, "cp1251"), (JAPANESE, "cp932"), (POLISH, "cp1250")])
def test_other_code_pages_are_read_by_setting(text, encoding):
    assert decode(text.encode(encoding), encoding) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "cp1251"),
        (JAPANESE, "cp932"),
        (POLISH, "cp1250"),
        (CHINESE, "gb18030"),
        (TURKISH, "cp1254"),
        (LITHUANIAN, "cp1257"),
    ],
)
def test_without_it_they_are_named_and_not_guessed(text, encoding):
    with pytest.raises(ValueError, match="code page that cannot be told; name it in the database's YAML"):
        decode(text.encode(encoding))


def test_text_that_is_not_of_the_named_code_page_is_said_with_its_place():
    with pytest.raises(ValueError, match=r"is no cp932 text \(byte 18: "):
        decode(b"CREATE TABLE dbo.[\x85\xff] (a int)", "cp932")


def test_a_file_of_another_code_page_is_listed_and_the_others_are_read(tmp_path):
    (tmp_path / "a.sql").write_bytes(RUSSIAN.encode("cp1251"))
    (tmp_path / "b.sql").write_bytes(GERMAN.encode("cp1252"))
    catalog = build(tmp_path, books())
    assert [table.name for table in catalog.tables] == ["Gr\u00f6\u00dfe"]
    (item,) = catalog.unread
    assert (item.construct, item.file, item.object) == ("file that cannot be read", "a.sql", "table")
    assert [table.name for table in build(tmp_path, books(encoding="cp1251")).tables][-1] == RUSSIAN[18:24]


def test_an_encoding_that_does_not_exist_is_refused(tmp_path):
    path = tmp_path / "my.yaml"
    path.write_text("name: b\nprefix: b\ntitle: B\nencoding: cp99999\n")
    with pytest.raises(UserError, match="no encoding 'cp99999'; give one such as cp1251"):
        load_database(path)


def test_a_link_back_into_its_folder_ends_and_is_listed(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "t.sql").write_text("CREATE TABLE dbo.T (a int)\nGO\n")
    (tmp_path / "sub" / "again").symlink_to(tmp_path)
    (tmp_path / "gone.sql").symlink_to(tmp_path / "nothing.sql")
    catalog = build(tmp_path, books())
    assert [table.name for table in catalog.tables] == ["T"]
    assert [(item.construct, item.file) for item in catalog.unread] == [
        ("not read: a link that leads nowhere", "gone.sql"),
        ("not read: a link to a folder that is read already", "sub/again"),
    ]


def test_a_link_out_of_the_source_is_listed_and_not_read(tmp_path):
    source, elsewhere = tmp_path / "source", tmp_path / "source-of-others"
    for folder, name in ((source, "T"), (elsewhere, "Secret")):
        folder.mkdir()
        (folder / f"{name}.sql").write_text(f"CREATE TABLE dbo.{name} (a int)\nGO\n")
    (source / "folder").symlink_to(elsewhere)
    (source / "file.sql").symlink_to(elsewhere / "Secret.sql")
    (source / "own.sql").symlink_to(source / "T.sql")
    catalog = build(source, books())
    assert {table.name for table in catalog.tables} == {"T"}
    assert [(item.construct, item.file) for item in catalog.unread if "link" in item.construct] == [
        ("not read: a link that leads out of it", "file.sql"),
        ("not read: a link that leads out of it", "folder"),
    ]


@pytest.fixture
def as_nobody():
    """The rights of a user that owns nothing, where the tests run as root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    yield
    os.seteuid(0)


@pytest.fixture
def closed_folder():
    """A folder with a script and a folder that nobody but its owner may enter."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o755)
        (root / "t.sql").write_text("CREATE TABLE dbo.T (a int)\nGO\n")
        (root / "closed").mkdir(mode=0)
        yield root
        (root / "closed").chmod(0o700)


def test_a_folder_without_rights_is_listed(closed_folder, as_nobody):
    catalog = build(closed_folder, books())
    assert [table.name for table in catalog.tables] == ["T"]
    assert [(item.construct, item.file) for item in catalog.unread] == [("not read: Permission denied", "closed")]


def test_walk_gives_every_file_once(tmp_path):
    for name in ("a/x.sql", "a/b/y.sql", "z.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert sorted(path.relative_to(tmp_path).as_posix() for path, _ in walk(tmp_path)) == [
        "a/b/y.sql",
        "a/x.sql",
        "z.txt",
    ]
