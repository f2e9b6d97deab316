"""What the tests of the guard share with those of T-SQL: Microsoft's parser, and two small catalogs."""

from tests.tsql.conftest import catalogs, vista, works
from tests.tsql.grammar.conftest import witness

__all__ = ["catalogs", "vista", "witness", "works"]
