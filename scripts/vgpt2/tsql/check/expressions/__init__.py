"""Expressions: every column below a node bound to its source, or said why not; and what a node may hold."""
