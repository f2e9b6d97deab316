"""Calls and operators: how many arguments, of which types, and whether this version of the server has them."""
