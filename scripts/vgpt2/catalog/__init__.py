"""What exists in a database: model, readers, joins, documents, retrieval."""
