"""Reads a VGPT2 folder: JSON metadata, Markdown documents, queries that people wrote."""
