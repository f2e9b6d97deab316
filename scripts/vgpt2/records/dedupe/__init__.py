"""One record a question: exact, skeleton and near duplicates; order and split."""
