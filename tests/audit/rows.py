"""Rows of sound sets, which the tests make bad in one way."""

from vgpt2.records.prompt import fenced

COLUMNS = ("Name", "City", "State", "PayTerms", "CreditLimit", "ActiveYN", "Vendor", "VendorGroup")
SHARED = {"input": "", "system": "s"}


def query(column, where=""):
    return fenced(f"SELECT {column} FROM APVM WITH (NOLOCK){where}", f"Use APVM; show {column}.")


def questions(count):
    """`count` questions with a right answer each, no two alike."""
    return [(f"{COLUMNS[n % 8]} of vendor V{n}", query(COLUMNS[n % 8], f" WHERE Vendor = {n}")) for n in range(count)]


def sft(count=24):
    return [{"id": str(n), "instruction": q, "output": a} | SHARED for n, (q, a) in enumerate(questions(count))]
