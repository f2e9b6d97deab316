"""Wordings of the intents that show rows of one table."""

from __future__ import annotations

from vgpt2.synthesis.wordings.model import Wordings

_LIST = (
    (
        "Show {columns} of {table}{company} where {where}.",
        "List {columns} from {table}{company} where {where}.",
        "Give me {columns} of {table}{company} where {where}.",
        "What are {columns} of {table}{company} where {where}?",
        "{table}{company}, {where}: {columns}",
        "I need {columns} from {table}{company}, only where {where}.",
        "For {table}{company} where {where}, show {columns}.",
        "Get {columns} of {table}{company} if {where}.",
    ),
    (
        "Please list {columns} of {table}{company} where {where}.",
        "Can you show me {columns} from {table}{company} where {where}?",
        "Return {columns} of {table}{company}, but only if {where}.",
        "Look up {columns} in {table}{company} where {where}.",
    ),
)
WORDINGS: Wordings = {
    **dict.fromkeys(("list_equal", "list_date", "list_over", "list_like", "list_in", "list_null", "list_two"), _LIST),
    "top": (
        (
            "Show the {n} rows of {table}{company} with the {degree} {by}: {columns}.",
            "Top {n} of {table}{company} by {degree} {by}, show {columns}.",
            "List the {n} {degree} {by} of {table}{company} with {columns}.",
            "Which {n} rows of {table}{company} have the {degree} {by}? Show {columns}.",
            "{table}{company}: {n} rows with {degree} {by}, show {columns}",
            "Give me {columns} for the {n} rows of {table}{company} with the {degree} {by}.",
            "Find the {n} rows of {table}{company} that have the {degree} {by}, with {columns}.",
            "By {by}, which {n} of {table}{company} are {degree}? {columns}, please.",
        ),
        (
            "I want {columns} of the {n} rows in {table}{company} with the {degree} {by}.",
            "Find the {n} rows with the {degree} {by} in {table}{company} and show {columns}.",
            "What {n} rows of {table}{company} have the {degree} {by}? Return {columns}.",
        ),
    ),
    "ordered": (
        (
            "Show {columns} of {table}{company}, ordered by {by} {direction}.",
            "List {columns} of {table}{company} sorted by {by} {direction}.",
            "Give me {columns} from {table}{company} in {direction} order of {by}.",
            "{table}{company}: {columns}, sort by {by} {direction}",
            "Sort {table}{company} by {by} {direction} and show {columns}.",
            "What are {columns} of {table}{company}, sorted by {by} {direction}?",
            "Get {columns} from {table}{company} and order them by {by} {direction}.",
            "In {direction} order of {by}: {columns} of {table}{company}.",
        ),
        (
            "Please show {columns} of {table}{company}, sorted {direction} by {by}.",
            "I want {columns} from {table}{company}, ordered {direction} by {by}.",
            "Return {columns} of {table}{company} with {by} in {direction} order.",
        ),
    ),
    "distinct": (
        (
            "Which different values of {column} are in {table}{company}?",
            "List the distinct {column} of {table}{company}.",
            "Show every {column} of {table}{company} once.",
            "What distinct {column} values does {table} have{company}?",
            "{table}{company}: distinct {column}",
            "Give me each {column} in {table}{company} without duplicates.",
            "Find all different {column} of {table}{company}.",
            "What values does {column} have in {table}{company}? No duplicates.",
        ),
        (
            "Which distinct values does {column} take in {table}{company}?",
            "Show {column} of {table}{company} without duplicates.",
            "I want the different {column} values of {table}{company}.",
        ),
    ),
    "above_average": (
        (
            "Show {columns} of {table}{company} where {measure} is above the average {measure}.",
            "List {columns} of {table}{company} with {measure} above average.",
            "Which rows of {table}{company} have {measure} above the average? Show {columns}.",
            "{table}{company}, {measure} above average: {columns}",
            "Give me {columns} of {table}{company} whose {measure} is higher than the average {measure}.",
            "Get {columns} from {table}{company} if {measure} is greater than its average.",
            "Find rows in {table}{company} with an above-average {measure}; show {columns}.",
            "Whose {measure} in {table}{company} beats the average? {columns}, please.",
        ),
        (
            "Please list {columns} of {table}{company} whose {measure} is above average.",
            "Return {columns} of {table}{company} with a {measure} above the average.",
            "Find rows of {table}{company} with {measure} over the average and show {columns}.",
        ),
    ),
}
