"""Training records: types, the one prompt form, files, dedupe, split."""
