"""A database from its data-tier application, in one pass over the model."""

from __future__ import annotations

import re
from pathlib import Path

from vgpt2.catalog.readers.dacpac.package import Node, read_elements
from vgpt2.catalog.readers.dacpac.programs import ROUTINES, TRIGGERS, VIEWS, read_program
from vgpt2.catalog.readers.dacpac.tables import (
    CONSTRAINTS,
    TABLES,
    apply_constraint,
    read_sequence,
    read_table,
    read_table_type,
    read_type,
)
from vgpt2.catalog.readers.draft import Draft
from vgpt2.catalog.readers.scripted.properties import DESCRIPTIONS
from vgpt2.database_settings import server_year
from vgpt2.sqltext.scan import dotted, scan, unquote

# The server that a package is made for; `SqlAzureV12` for Azure.
_PROVIDER = re.compile(r"\.Sql(?:(Azure)\w*?|(\d{2,3}))DatabaseSchemaProvider")
_LOST = {"SqlTable": "table", "SqlView": "view"}
SUFFIXES = frozenset((".dacpac", ".bacpac"))
# These say nothing about what a query can name; anything else that is not read is listed.
_PASSED_OVER = frozenset(
    """
    SqlSchema SqlRole SqlUser SqlLogin SqlPermissionStatement SqlRoleMembership SqlFilegroup SqlFile
    SqlPartitionFunction SqlPartitionScheme SqlStatistic SqlXmlIndex SqlXmlSchemaCollection SqlSpatialIndex
    SqlSelectiveXmlIndex SqlColumnStoreIndex SqlFullTextCatalog SqlFullTextIndex SqlFullTextStopList
    SqlSecurityPolicy SqlCertificate SqlSymmetricKey SqlAsymmetricKey SqlMasterKey SqlColumnMasterKey
    SqlColumnEncryptionKey SqlApplicationRole SqlMessageType SqlContract SqlQueue SqlService SqlRoute
    SqlDatabaseCredential SqlExternalDataSource SqlExternalFileFormat
    """.split()
)


def read_dacpac(draft: Draft, path: Path) -> None:
    """Read a package into the draft. What refers to tables waits until all of them are read.

    Raises:
        UserError: see `package.read_elements`.
    """
    later: list[Node] = []
    level = ""
    for number, (model, node) in enumerate(read_elements(path)):
        if number == 0:
            # Before any table: how names are compared depends on it.
            draft.settle(
                "case_sensitive", model.attributes.get("CollationCaseSensitive", "").lower() == "true", path.name
            )
            provider = _PROVIDER.search(model.attributes.get("DspName", ""))
            if provider:
                target = "azure" if provider[1] else f"{int(provider[2]) // 10}"
                draft.settle("server_version", server_year(target), path.name)
                level = provider[2] or ""
        if node.tag != "Element":
            continue
        if node.kind == "SqlDatabaseOptions":
            level = node.property("CompatibilityLevel") or level
        if node.kind in CONSTRAINTS or node.kind in TRIGGERS:
            later.append(node)
            continue
        with draft.reading(f"element {node.kind}", path.name, 1, ".".join(node.name), _LOST.get(node.kind, "")):
            _read(draft, node, path.name)
    if level.isdigit():
        draft.settle("compatibility_level", int(level), path.name)
    for node in later:
        with draft.reading(f"element {node.kind}", path.name, 1, ".".join(node.name)):
            (read_program if node.kind in TRIGGERS else apply_constraint)(draft, node)


def _read(draft: Draft, node: Node, file: str) -> None:
    """One element that needs no other."""
    if node.kind in TABLES:
        read_table(draft, node)
    elif node.kind in ROUTINES or node.kind in VIEWS:
        read_program(draft, node)
    elif node.kind == "SqlUserDefinedDataType":
        read_type(draft, node)
    elif node.kind == "SqlTableType":
        read_table_type(draft, node)
    elif node.kind == "SqlSequence":
        read_sequence(draft, node)
    elif node.kind == "SqlSynonym":
        _synonym(draft, node, file)
    elif node.kind == "SqlExtendedProperty":
        _description(draft, node)
    elif node.kind == "SqlDatabaseOptions":
        draft.settle("collation", node.property("Collation"), file)
    elif node.kind not in _PASSED_OVER:
        draft.not_understood(f"element {node.kind}", file, 1, ".".join(node.name))


def _synonym(draft: Draft, node: Node, file: str) -> None:
    """Another name for an object, by reference, or by the text of its name where it is in another database."""
    script = list(scan(node.property("ForObjectScript") or node.property("ForObjectName")))
    target = next((item.name for item in node.related("ForObject")), []) or dotted(script, 0)[0]
    if node.name and target:
        draft.add_synonym(node.name, target, ".".join(node.name))
    else:
        draft.not_understood("synonym without a name or an object", file, 1, ".".join(node.name))


def _description(draft: Draft, node: Node) -> None:
    """An extended property that describes an object, a column or a parameter."""
    host = next((item.name for item in node.related("Host")), [])
    about = node.name[0] if node.name else ""
    if len(host) < 2 or node.name[-1].lower() not in DESCRIPTIONS or about in ("SqlIndexBase", "SqlConstraint"):
        return
    if text := " ".join(unquote(node.property("Value").strip()).split()):
        draft.descriptions.append((host, text, "extended property"))
