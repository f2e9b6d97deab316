"""Stages while they train: curves at the terminal, and a page that renews itself. Nothing is written."""
