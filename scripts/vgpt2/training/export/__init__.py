"""The promoted model as a folder that others can load, with its card."""
