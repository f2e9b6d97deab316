"""Catalogs for the tests of every layer: the embedded sample, a small shop without house rules, and one table alone."""

from __future__ import annotations

import json
import os
import signal
from functools import cache
from pathlib import Path

import pytest

from vgpt2.catalog.build import build
from vgpt2.catalog.model import Catalog, Column, Join, Table
from vgpt2.catalog.store import save
from vgpt2.database_settings import DatabaseSettings
from vgpt2.settings import load_database, load_profile

ROOT = Path(__file__).parents[1]
if "PYTEST_XDIST_WORKER" in os.environ:
    # Two workers have a core each: a second thread of torch would only wait for one that the other worker runs on.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell lets what it starts in the background ignore Ctrl-C, and so would all that the tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items):
    """Files with slow tests come first, so that workers that take whole files end together."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def sample():
    """The catalog of `data/sample`."""
    return build(ROOT / "data" / "sample", load_database("vista.yaml"))


@pytest.fixture(scope="session")
def tiny_model(sample, tmp_path_factory):
    """The folder of a model with random weights, its tokenizer trained on the sample's names."""
    from vgpt2.training.base.base_model import make_base

    folder = tmp_path_factory.mktemp("tiny-model")
    save(sample, folder / "catalog.json")
    make_base(load_profile("tiny").model, 1, folder / "catalog.json", folder / "model")
    return folder / "model"


@pytest.fixture(scope="session")
def cpu():
    """The profile of two cores."""
    return load_profile("cpu")


def table(schema, name, columns, key=(), description=""):
    """A table from `name type` pairs."""
    made = [Column(column, kind, kind, nullable=column not in key) for column, kind in columns.items()]
    return Table(schema, name, "table", made, module=schema, key=list(key), description=description)


@pytest.fixture(scope="session")
def shop():
    """Two tables in a schema of their own, one with names that need brackets, and the join between them."""
    order = table(
        "Sales",
        "Order Details",
        {
            "OrderID": "int",
            "Line No": "int",
            "Quantity": "int",
            "Net Price": "money",
            "Ship Date": "date",
            "Group": "int",
        },
        ["OrderID", "Line No"],
    )
    head = table(
        "Sales",
        "Orders",
        {
            "OrderID": "int",
            "CustomerName": "nvarchar(40)",
            "OrderDate": "date",
            "Freight": "money",
            "Region": "char(2)",
        },
        ["OrderID"],
        "Orders of customers.",
    )
    join = Join(order.qualified, ["OrderID"], head.qualified, ["OrderID"], "foreign_key", 1, order.qualified)
    return Catalog(DatabaseSettings(name="shop", prefix="shop", title="Shop"), [order, head], joins=[join])


@pytest.fixture(scope="session")
def lonely():
    """One table, no key, no join, no description."""
    only = table("dbo", "T", {"a": "int", "b": "varchar(20)"})
    return Catalog(DatabaseSettings(name="lonely", prefix="lonely", title="Lonely"), [only])


@pytest.fixture(scope="session")
def faults():
    """What is wrong with the value of a JSON file by a schema of docs/reference: `faults("gate", value)`."""
    from jsonschema import Draft202012Validator

    @cache
    def validator(name):
        schema = json.loads((ROOT / "docs" / "reference" / f"{name}.schema.json").read_text(encoding="utf-8"))
        Draft202012Validator.check_schema(schema)
        return Draft202012Validator(schema)

    def run(name, value):
        return [f"{error.json_path}: {error.message}" for error in validator(name).iter_errors(value)]

    return run
