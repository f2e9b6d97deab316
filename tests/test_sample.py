"""The embedded sample database: large enough, and nothing in it names a thing that does not exist."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from vgpt2.tsql.check.check import check

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "data" / "sample"
VIEWPOINT = SAMPLE / "Viewpoint_Database"
DOCUMENTS = sorted(SAMPLE.rglob("*.md"))


@pytest.fixture(scope="module")
def catalog(sample):
    return sample


@pytest.fixture(scope="module")
def names(catalog):
    """Every name that a document may put in backticks."""
    tables = {table.name for table in catalog.tables}
    columns = {column.name for table in catalog.tables for column in table.columns}
    qualified = {f"{table.name}.{column.name}" for table in catalog.tables for column in table.columns}
    routines = {routine.name for routine in catalog.routines}
    return tables | columns | qualified | routines


@pytest.mark.parametrize(
    ("what", "least"),
    [
        ("tables", 60),
        ("columns", 900),
        ("foreign_keys", 60),
        ("procedures", 25),
        ("functions", 12),
        ("triggers", 20),
        ("form_fields", 80),
    ],
)
def test_it_is_large_enough(catalog, what, least):
    assert catalog.counts()[what] >= least


def test_modules(catalog):
    modules = {table.module for table in catalog.tables if table.kind == "table"}
    assert len(modules) >= 10
    assert modules <= set(catalog.database.modules)


@pytest.mark.parametrize(
    ("pattern", "least"),
    [
        ("Viewpoint_Database/View/View_Documentation/*.md", 20),
        ("Viewpoint_Database/_Relationship_Validation/03_Join_Recipes/*.json", 15),
        ("Crystal_Reports_Documentation/_Extracted_SQL/Reformatted/*.sql", 20),
        ("Experts_V2/**/*.sql", 20),
        ("_ai_orchestration/*/*.md", 8),
    ],
)
def test_documents_are_many_enough(pattern, least):
    assert len(list(SAMPLE.glob(pattern))) >= least


def test_documents_reach_the_catalog(catalog):
    kinds = Counter(document.kind for document in catalog.documents)
    assert kinds["report_query"] >= 20
    assert kinds["expert_query"] >= 20
    assert kinds["reference"] + kinds["heuristic"] + kinds["workflow"] >= 8
    assert catalog.unread == []


def test_every_base_table_has_its_view_and_a_key(catalog):
    for table in catalog.tables:
        if table.kind == "table":
            view = catalog.find(table.name.removeprefix("b"))
            assert view is not None and view.base_table == table.qualified
            assert [column.name for column in view.columns] == [column.name for column in table.columns]
            assert table.key and all(table.column(name) for name in table.key)


def test_every_type_comes_down_to_a_base_type(catalog):
    """A user type begins with a small b; what is left after the catalog's own resolution must not."""
    left = {column.base_type for table in catalog.tables for column in table.columns}
    assert not [name for name in left if re.match(r"b[A-Z]", name)]


def test_foreign_keys_refer_to_whole_keys_of_the_same_type(catalog):
    assert sum(len(key.columns) > 1 for key in catalog.foreign_keys) >= 30
    for key in catalog.foreign_keys:
        child, parent = catalog.by_qualified[key.table], catalog.by_qualified[key.referenced_table]
        assert set(key.referenced_columns) == set(parent.key), key.name
        for mine, theirs in zip(key.columns, key.referenced_columns, strict=True):
            assert child.column(mine).base_type == parent.column(theirs).base_type, key.name


def test_every_table_and_column_is_described(catalog):
    for table in catalog.tables:
        first, *rest = table.description.splitlines()
        assert 1 <= len(first.split()) <= 6 and rest, table.name
        said = Counter(column.description for column in table.columns)
        assert said[""] == 0, table.name
        assert max(said.values()) == 1, f"{table.name}: two columns with one description"


def test_every_query_resolves_and_follows_the_house_rules(catalog):
    found = {document.name: check(document.sql, catalog) for document in catalog.documents if document.sql}
    assert {name: verdict.findings for name, verdict in found.items() if not verdict.clean} == {}


def test_every_view_definition_resolves_to_its_own_columns(catalog):
    views = [table for table in catalog.tables if table.sql]
    assert len(views) >= 6
    for view in views:
        verdict = check(view.sql, catalog)
        # A definition has no company filter: whoever reads the view filters.
        broken = [finding for finding in verdict.findings if finding.rule != "missing_company_filter"]
        assert verdict.valid and broken == [], view.name
        assert verdict.tree.named_selects == [column.name for column in view.columns], view.name
        assert catalog.company_column(view), view.name


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(SAMPLE).as_posix())
def test_documents_name_only_what_exists(names, path):
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [name for name in re.findall(r"`([^`]+)`", text) if name not in names] == []


def test_tables_used_by_views_are_those_of_the_definition(catalog):
    for view in catalog.tables:
        if view.sql:
            text = (VIEWPOINT / "View" / "View_Documentation" / f"{view.name}.md").read_text(encoding="utf-8")
            listed = re.search(r"## Tables Used\n\n(.*?)\n\n", text, re.DOTALL).group(1)
            assert {f"dbo.{name}" for name in re.findall(r"`(\w+)`", listed)} == set(view.reads)


def test_recipes_join_whole_keys(catalog):
    for path in sorted((VIEWPOINT / "_Relationship_Validation" / "03_Join_Recipes").glob("*.json")):
        for hop in json.loads(path.read_text(encoding="utf-8"))["hops"]:
            left, right = catalog.find(hop["from"]), catalog.find(hop["to"])
            assert hop["join_type"] in ("INNER", "LEFT")
            assert all(left.column(name) for name in hop["left_on"]), path.name
            assert hop["right_on"] == right.key, path.name


def test_form_fields_show_real_columns(catalog):
    columns = {column.name for table in catalog.tables for column in table.columns}
    assert [field for field in catalog.form_fields if field.column not in columns] == []


def test_parameters_have_known_types(catalog):
    for routine in catalog.routines:
        assert routine.parameters and routine.description, routine.name
        for parameter in routine.parameters:
            user_type = re.match(r"b[A-Z]\w*", parameter.type)
            assert not user_type or parameter.type in catalog.types, f"{routine.name} {parameter.name}"
            assert parameter.description, f"{routine.name} {parameter.name}"


def test_triggers_say_what_they_do_and_why(catalog):
    for trigger in catalog.triggers:
        assert trigger.events and trigger.description and trigger.business_context, trigger.name
        assert trigger.key_logic and trigger.effects, trigger.name
