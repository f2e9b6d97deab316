"""What T-SQL has whatever the catalog: signatures of functions, types that do not go together, versions; as data."""
