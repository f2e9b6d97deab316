"""A right and a wrong answer to one question, each proved to be what it is."""
