"""What is asked of a server: SELECTs over its catalog views, one a kind of fact, in the order in which they are used.

Each names its columns, so that a result is a list of dictionaries, as tests hold them on file.
"""

from __future__ import annotations

NOT_SHIPPED = "o.is_ms_shipped = 0"

# A property that a version does not know is NULL, where a column of a view that it does not have would be an error.
QUERIES: dict[str, str] = {
    "database": """
        SELECT CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128)) AS version,
               CAST(SERVERPROPERTY('EngineEdition') AS int) AS edition, d.compatibility_level
        FROM sys.databases AS d
        WHERE d.database_id = DB_ID()""",
    "types": """
        SELECT t.name AS name, b.name AS base, t.max_length, t.precision, t.scale
        FROM sys.types AS t JOIN sys.types AS b ON b.user_type_id = t.system_type_id
        WHERE t.is_user_defined = 1 AND t.is_table_type = 0
        ORDER BY t.name""",
    "columns": f"""
        SELECT s.name AS [schema], o.name AS [table], o.type AS kind, c.column_id AS position, c.name AS [column],
               t.name AS type, t.is_user_defined, c.max_length, c.precision, c.scale, c.is_nullable, c.is_identity,
               d.definition AS [default], k.definition AS computed,
               OBJECTPROPERTY(o.object_id, 'TableTemporalType') AS temporal_type
        FROM sys.columns AS c
        JOIN sys.objects AS o ON o.object_id = c.object_id
        JOIN sys.schemas AS s ON s.schema_id = o.schema_id
        JOIN sys.types AS t ON t.user_type_id = c.user_type_id
        LEFT JOIN sys.default_constraints AS d ON d.object_id = c.default_object_id
        LEFT JOIN sys.computed_columns AS k ON k.object_id = c.object_id AND k.column_id = c.column_id
        WHERE o.type IN ('U', 'V') AND {NOT_SHIPPED}
        ORDER BY s.name, o.name, c.column_id""",
    "indexes": f"""
        SELECT s.name AS [schema], o.name AS [table], i.name AS [index], i.is_primary_key, i.is_unique_constraint,
               i.is_unique, i.type_desc AS kind, i.has_filter, c.name AS [column]
        FROM sys.indexes AS i
        JOIN sys.objects AS o ON o.object_id = i.object_id
        JOIN sys.schemas AS s ON s.schema_id = o.schema_id
        JOIN sys.index_columns AS x ON x.object_id = i.object_id AND x.index_id = i.index_id
        JOIN sys.columns AS c ON c.object_id = x.object_id AND c.column_id = x.column_id
        WHERE o.type = 'U' AND {NOT_SHIPPED} AND i.type IN (1, 2) AND x.is_included_column = 0
        ORDER BY s.name, o.name, i.name, x.key_ordinal""",
    "foreign_keys": """
        SELECT k.name AS name, s.name AS [schema], o.name AS [table], c.name AS [column], rs.name AS referenced_schema,
               r.name AS referenced_table, rc.name AS referenced_column, k.is_disabled
        FROM sys.foreign_keys AS k
        JOIN sys.foreign_key_columns AS f ON f.constraint_object_id = k.object_id
        JOIN sys.objects AS o ON o.object_id = f.parent_object_id
        JOIN sys.schemas AS s ON s.schema_id = o.schema_id
        JOIN sys.columns AS c ON c.object_id = f.parent_object_id AND c.column_id = f.parent_column_id
        JOIN sys.objects AS r ON r.object_id = f.referenced_object_id
        JOIN sys.schemas AS rs ON rs.schema_id = r.schema_id
        JOIN sys.columns AS rc ON rc.object_id = f.referenced_object_id AND rc.column_id = f.referenced_column_id
        ORDER BY s.name, o.name, k.name, f.constraint_column_id""",
    "checks": """
        SELECT s.name AS [schema], o.name AS [table], k.definition
        FROM sys.check_constraints AS k
        JOIN sys.objects AS o ON o.object_id = k.parent_object_id
        JOIN sys.schemas AS s ON s.schema_id = o.schema_id
        ORDER BY s.name, o.name, k.name""",
    "modules": f"""
        SELECT s.name AS [schema], o.name AS name, o.type AS kind, m.definition
        FROM sys.objects AS o
        JOIN sys.schemas AS s ON s.schema_id = o.schema_id
        LEFT JOIN sys.sql_modules AS m ON m.object_id = o.object_id
        WHERE o.type IN ('V', 'P', 'FN', 'IF', 'TF', 'TR') AND {NOT_SHIPPED}
        ORDER BY s.name, o.name""",
    "sequences": """
        SELECT s.name AS [schema], q.name AS name, t.name AS type
        FROM sys.sequences AS q
        JOIN sys.schemas AS s ON s.schema_id = q.schema_id
        JOIN sys.types AS t ON t.user_type_id = q.user_type_id
        ORDER BY s.name, q.name""",
    "descriptions": f"""
        SELECT s.name AS [schema], o.name AS name, c.name AS [column], CAST(e.value AS nvarchar(4000)) AS text
        FROM sys.extended_properties AS e
        JOIN sys.objects AS o ON o.object_id = e.major_id
        JOIN sys.schemas AS s ON s.schema_id = o.schema_id
        LEFT JOIN sys.columns AS c ON c.object_id = e.major_id AND c.column_id = e.minor_id AND e.minor_id > 0
        WHERE e.class = 1 AND e.name = 'MS_Description' AND {NOT_SHIPPED}
        ORDER BY s.name, o.name, e.minor_id""",
}
