"""A VGPT2 folder: `fixtures/catalog/vgpt2`, three base tables with views, one joining view, documents."""

import json
import re
import shutil
from pathlib import Path

import pytest

from vgpt2.catalog.build import build, read
from vgpt2.errors import UserError
from vgpt2.settings import load_database

FIXTURES = Path(__file__).parents[3] / "fixtures" / "catalog"
METADATA = "Viewpoint_Database/_Metadata"


@pytest.fixture
def folder(tmp_path):
    """A copy that a test may spoil."""
    return shutil.copytree(FIXTURES / "vgpt2", tmp_path / "vgpt2")


def test_columns_come_in_ordinal_order_with_declared_and_base_type(vista):
    columns = vista.find("bAPTH").columns
    assert [(c.name, c.type, c.base_type) for c in columns] == [
        ("APCo", "bCompany", "tinyint"),
        ("Mth", "bMonth", "smalldatetime"),
        ("APTrans", "bTrans", "int"),
        ("VendorGroup", "bGroup", "tinyint"),
        ("Vendor", "bVendor", "int"),
        ("InvTotal", "bDollar", "numeric(12,2)"),
        ("Status", "char(1)", "char(1)"),
        ("KeyID", "bigint", "bigint"),
    ]
    assert vista.find("APTL").column("Description").nullable
    assert not vista.find("APTL").column("APLine").nullable
    assert vista.find("APVendorTotals").column("Total").base_type == "numeric(38,2)"


def test_the_key_is_the_unique_clustered_index_and_never_keyid(vista):
    assert vista.find("bAPTH").key == ["APCo", "Mth", "APTrans"]
    assert vista.find("bAPTL").key == ["APCo", "Mth", "APTrans", "APLine"], "snake_case and text with commas"


def test_a_view_shows_its_base_table_with_all_that_is_known_of_it(vista):
    view = vista.find("APTH")
    assert (view.base_table, view.module) == ("dbo.bAPTH", "AP")
    assert view.key == ["APCo", "Mth", "APTrans"]
    assert view.column("KeyID") is None
    assert view.column("Status").values == ["O", "C"]
    assert view.column("InvTotal").base_type == "numeric(12,2)"


def test_descriptions_go_both_ways_between_view_and_base_table(vista):
    for name in ("APTH", "bAPTH"):
        assert vista.find(name).description.splitlines()[0] == "AP invoice headers."
        assert vista.find(name).column("Status").description == "O open | C closed"
    assert vista.find("APTH").column("InvTotal").description == "Invoice amount", "before the form's label"


def test_only_views_are_asked_about(vista):
    assert [table.name for table in vista.queryable] == ["APTH", "APTL", "APVM", "APVendorTotals"]
    assert vista.company_column(vista.find("APTH")) == "APCo"
    assert vista.company_column(vista.find("APVM")) == ""


def test_documents(vista):
    routines = {routine.name: routine for routine in vista.routines}
    check = routines["bspAPVendorVal"]
    assert (check.kind, check.module, check.description) == ("procedure", "AP", "Checks that a vendor exists.")
    assert [(p.name, p.type, p.output, p.description) for p in check.parameters] == [
        ("@vendorgroup", "bGroup", False, "the group"),
        ("@msg", "varchar(60)", True, "what went wrong"),
    ]
    assert check.reads == ["dbo.APVM"]
    assert [(p.name, p.type, p.description) for p in routines["vfAPOpen"].parameters] == [
        ("@vendor", "bVendor", "the vendor"),
        ("@asof", "smalldatetime", "the day"),
    ]
    (trigger,) = vista.triggers
    assert (trigger.name, trigger.table, trigger.events) == ("btAPTHi", "dbo.bAPTH", ["INSERT", "UPDATE"])
    assert trigger.key_logic == ["looks the vendor up", "refuses closed months"]
    assert trigger.effects == ["writes the audit log"]
    assert [(d.kind, d.title, d.module) for d in vista.documents] == [
        ("expert_query", "Invoices over 10,000", ""),
        ("report_query", "AP ageing by vendor", "AP"),
        ("workflow", "Pay vendors", ""),
    ]
    assert vista.documents[0].sql == "SELECT APTrans FROM APTH WITH (NOLOCK) WHERE InvTotal > 10000"
    (field,) = vista.form_fields
    assert (field.form, field.tab, field.description) == ("APEntry", "Header", "Invoice total")
    assert (field.table, field.column) == ("dbo.APTH", "InvTotal")


def test_joining_views_read_the_plain_ones(vista):
    view = vista.find("APVendorTotals")
    assert (view.base_table, view.reads) == ("", ["dbo.APTH", "dbo.APVM"])
    assert view.description == "What each vendor has billed."


def test_optional_files_that_are_not_there_are_named_once(vista_reading):
    assert vista_reading.form == "VGPT2 folder"
    assert vista_reading.missing == ["_ai_orchestration/reference/*.md", "_ai_orchestration/heuristics/*.md"]


def test_an_object_listed_without_columns_is_not_understood(vista):
    assert [(item.construct, item.text) for item in vista.unread] == [("listed object without columns", "APXX")]


def test_the_columns_alone_are_enough(tmp_path):
    target = tmp_path / METADATA
    target.mkdir(parents=True)
    shutil.copy(FIXTURES / "vgpt2" / METADATA / "columns.json", target)
    catalog = build(tmp_path, load_database("vista.yaml"))
    assert catalog.counts()["tables"] == 3
    assert catalog.find("APTH").base_table == "dbo.bAPTH"


def test_the_inner_folder_may_be_given_too(vista):
    inner = build(FIXTURES / "vgpt2" / "Viewpoint_Database", load_database("vista.yaml"))
    assert inner.counts() == vista.counts()


def test_broken_json_is_named_with_line_and_column(folder):
    path = folder / METADATA / "foreign_keys.json"
    path.write_text('[\n{"ParentTable": "a",}\n]')
    with pytest.raises(UserError, match=r"foreign_keys\.json:2:\d+: not JSON"):
        read(folder, load_database("vista.yaml"))


@pytest.mark.parametrize("text", ["[]", '[{"a": 1}]', "[1]", "3"])
def test_columns_that_name_nothing_are_an_error(folder, text):
    (folder / METADATA / "columns.json").write_text(text)
    with pytest.raises(UserError, match=r"columns\.json"):
        read(folder, load_database("vista.yaml"))


def test_utf16_metadata(folder):
    path = folder / METADATA / "columns.json"
    path.write_text(path.read_text(), encoding="utf-16")
    assert build(folder, load_database("vista.yaml")).counts()["tables"] == 3


def snake(name):
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def in_snake_case(value):
    if isinstance(value, list):
        return [in_snake_case(item) for item in value]
    return {snake(key): in_snake_case(item) for key, item in value.items()} if isinstance(value, dict) else value


def as_native(value):
    """Texts as what they stand for: "True" as true, "12" as 12, "NULL" as null."""
    if isinstance(value, list):
        return [as_native(item) for item in value]
    if isinstance(value, dict):
        return {key: as_native(item) for key, item in value.items()}
    if isinstance(value, str):
        known = {"True": True, "False": False, "NULL": None}
        return int(value) if value.isdigit() else known.get(value, value)
    return value


def in_a_dictionary(value):
    return {"generated": "2024-01-01", "rows": value} if isinstance(value, list) else value


def by_number(value):
    listed = isinstance(value, list) and value and all(isinstance(item, dict) for item in value)
    return {str(number): item for number, item in enumerate(value)} if listed else value


@pytest.mark.parametrize("change", [in_snake_case, as_native, in_a_dictionary, by_number])
def test_metadata_in_any_form_gives_the_same_catalog(folder, vista, change):
    for path in folder.rglob("*.json"):
        path.write_text(json.dumps(change(json.loads(path.read_text()))))
    assert build(folder, load_database("vista.yaml")) == vista


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("_Metadata/columns.json", "_MetadataV2/_data/columns.json"),
        ("_Metadata/columns.json", "structured_docs/schema/columns.json"),
        ("_Metadata/indexes.json", "Indexes/_data/indexes.json"),
    ],
)
def test_metadata_may_lie_in_another_folder(folder, vista, before, after):
    inner = folder / "Viewpoint_Database"
    (inner / after).parent.mkdir(parents=True)
    (inner / before).rename(inner / after)
    assert build(folder, load_database("vista.yaml")).counts() == vista.counts()
