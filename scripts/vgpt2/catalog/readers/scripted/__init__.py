"""Reads scripted SQL: a folder of files (Redgate, SSMS, SSDT) or one install script."""
