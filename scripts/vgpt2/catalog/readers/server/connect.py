"""One read-only conversation with a server, through Microsoft's `mssql-python`, which brings its own driver.

User and password come from the environment and stand in no file, no log and no message.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from vgpt2.catalog.readers.server.queries import QUERIES
from vgpt2.errors import UserError

USER, PASSWORD = "VGPT2_SQL_USER", "VGPT2_SQL_PASSWORD"
CERTIFICATE = "VGPT2_SQL_TRUST_CERTIFICATE"
LOGIN_SECONDS, QUERY_SECONDS = 20, 300
Results = dict[str, list[dict]]


class Cursor(Protocol):
    """What is used of a cursor of Python's database interface (PEP 249)."""

    @property
    def description(self) -> Sequence[Sequence[Any]]:
        """Of each column its name and more."""

    def execute(self, sql: str, /) -> object:
        """Run a query."""

    def fetchall(self) -> Sequence[Sequence[Any]]:
        """All rows."""


@dataclass(frozen=True)
class Address:
    """`mssql://server[:port]/database` taken apart."""

    server: str
    port: int | None
    database: str

    @classmethod
    def of(cls, source: str) -> Address:
        """Raises: UserError: another form, or a user or password in it."""
        shape = "mssql://server[:port]/database"
        try:
            parts = urlsplit(source)
            port = parts.port
        except ValueError:
            raise UserError(f"SOURCE: not of the form {shape}") from None
        if parts.username or parts.password:
            raise UserError(f"SOURCE: no user and no password in it; set {USER} and {PASSWORD} in the environment")
        database = unquote(parts.path.strip("/"))
        if not parts.hostname or not database or "/" in database:
            raise UserError(f"SOURCE={source}: not of the form {shape}")
        return cls(parts.hostname, port, database)

    def connection_string(self) -> str:
        """Without user and password; values that hold a semicolon or a brace are quoted."""
        server = f"{self.server},{self.port}" if self.port else self.server
        trust = "yes" if os.environ.get(CERTIFICATE, "").lower() in ("1", "yes", "true") else "no"
        return (
            f"Server={_quoted(server)};Database={_quoted(self.database)};Encrypt=yes;TrustServerCertificate={trust};"
            "ApplicationIntent=ReadOnly;"
        )


def _quoted(value: str) -> str:
    return "{" + value.replace("}", "}}") + "}"


def ask_server(source: str) -> Results:
    """The results of all queries.

    Raises:
        UserError: the package or the driver is missing, the server cannot be reached, or refuses.
    """
    address = Address.of(source)
    try:
        import mssql_python
    except ImportError as error:
        raise UserError(
            f"SOURCE={source}: mssql-python is not there ({error}); "
            "install it with: pip install --require-hashes -r requirements-mssql.txt"
        ) from None
    user, password = os.environ.get(USER, ""), os.environ.get(PASSWORD, "")
    text = address.connection_string()
    text += f"UID={_quoted(user)};PWD={_quoted(password)};" if user else "Trusted_Connection=yes;"
    try:
        connection = mssql_python.connect(text, autocommit=True, timeout=LOGIN_SECONDS)
        connection.timeout = QUERY_SECONDS
    except mssql_python.Error as error:
        raise UserError(f"SOURCE={source}: {_said(error, password)}") from None
    try:
        return {name: _rows(connection.cursor(), sql) for name, sql in QUERIES.items()}
    except mssql_python.Error as error:
        raise UserError(f"SOURCE={source}: {_said(error, password)}; VIEW DEFINITION is needed") from None
    finally:
        connection.close()


def _rows(cursor: Cursor, sql: str) -> list[dict]:
    cursor.execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _said(error: Exception, password: str) -> str:
    """A driver's message in one line, should it hold the password without that."""
    text = " ".join(str(error).split())
    for form in (_quoted(password), password) if password else ():
        text = text.replace(form, "***")
    text = text[:300]
    if "load the driver" in text:
        text += " On Debian or Ubuntu: sudo apt-get install libltdl7 libkrb5-3 libgssapi-krb5-2"
    return text
