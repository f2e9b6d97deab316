"""Wordings of the intents over two tables and more."""

from __future__ import annotations

from vgpt2.synthesis.wordings.model import Wordings

WORDINGS: Wordings = {
    "join_list": (
        (
            "Show {columns} of {table} with {others} of {other}{company}{where}.",
            "List {columns} from {table} together with {others} from {other}{company}{where}.",
            "Join {table} to {other} and show {columns} with {others}{company}{where}.",
            "{table} with {other}{company}{where}: {columns}, {others}",
            "Give me {columns} of {table} and the matching {others} of {other}{company}{where}.",
            "What are {columns} of {table} and {others} of {other}{company}{where}?",
            "I need {columns} of {table} and, out of {other}, {others}{company}{where}.",
            "Put {table} and {other} together and list {columns}, then {others}{company}{where}.",
            "For each row of {table} give {columns} and also {others} from {other}{company}{where}.",
            "Look up {others} in {other} for the rows of {table}; show {columns} beside it{company}{where}.",
        ),
        (
            "Please show {columns} from {table} along with {others} of {other}{company}{where}.",
            "Combine {table} and {other}: return {columns} and {others}{company}{where}.",
            "For every row of {table}, I want {columns} plus {others} of {other}{company}{where}.",
        ),
    ),
    "join_sum": (
        (
            "What is the total {measure} of {table} by {group} of {other}{company}?",
            "Sum {measure} of {table} by {group} of {other}{company}.",
            "Show the total {measure} from {table} for each {group} of {other}{company}.",
            "{table} with {other}{company}: total {measure} per {group}",
            "Join {table} to {other} and add up {measure} by {group}{company}.",
            "For each {group} of {other}, give the total {measure} of {table}{company}.",
            "I want {measure} of {table} added up per {group}, which is in {other}{company}.",
            "How much is {measure} of {table} in total for every {group} of {other}{company}?",
            "Break {measure} of {table} down by {group} of {other}{company}.",
            "Group {table} by {group} of {other} and sum up {measure}{company}.",
        ),
        (
            "Give me the sum of {measure} in {table} per {group} of {other}{company}.",
            "How much {measure} of {table} falls on each {group} of {other}{company}?",
            "I need total {measure} from {table} grouped by {group} of {other}{company}.",
        ),
    ),
    "join_count": (
        (
            "How many rows of {table} are there for each {group} of {other}{company}?",
            "Count the rows of {table} by {group} of {other}{company}.",
            "Show the number of rows in {table} per {group} of {other}{company}.",
            "{table} with {other}{company}: row count per {group}",
            "Join {table} to {other} and count the rows by {group}{company}.",
            "For each {group} of {other}, count the rows of {table}{company}.",
            "Work out how many {table} rows belong to each {group} of {other}{company}.",
            "Split the row count of {table} by {group} of {other}{company}.",
        ),
        (
            "Give me the row count of {table} for every {group} of {other}{company}.",
            "What is the number of rows in {table} per {group} of {other}{company}?",
            "I need {table} rows counted by {group} of {other}{company}.",
        ),
    ),
    "join_three": (
        (
            "Show {columns} of {table} with {others} and {last}{company}.",
            "List {columns} from {table} together with {others} and {last}{company}.",
            "Give me {columns} of {table}, the matching {others} and {last}{company}.",
            "{table}{company}: {columns}, with {others}, with {last}",
            "What are {columns} of {table}, {others} and {last}{company}?",
            "Join three tables: {columns} of {table}, {others}, {last}{company}.",
            "Look up {others} and {last} for {table}{company} and show them with {columns}.",
            "Put together {columns} of {table}, {others} and {last}{company}.",
        ),
        (
            "Please show {columns} from {table} along with {others} and {last}{company}.",
            "Combine {columns} of {table} with {others} and with {last}{company}.",
            "For every row of {table}, I want {columns} plus {others} and {last}{company}.",
        ),
    ),
    "left_missing": (
        (
            "Show {columns} of {table}{company} without any row in {other}.",
            "Which rows of {table}{company} have no row in {other}? Show {columns}.",
            "List {columns} of {table}{company} that have nothing in {other}.",
            "{table}{company} without {other}: {columns}",
            "Give me {columns} of {table}{company} with no matching {other}.",
            "Find {table} rows{company} that are missing in {other}, show {columns}.",
            "Where does {table}{company} lack a row in {other}? List {columns}.",
            "Get {columns} of the {table} rows{company} that {other} does not know.",
        ),
        (
            "Please list {columns} of {table}{company} having no row in {other}.",
            "Return {columns} of {table}{company} for which {other} holds nothing.",
            "What {table} rows{company} lack a row in {other}? I want {columns}.",
        ),
    ),
    "exists": (
        (
            "Show {columns} of {table}{company} for which a row exists in {other}.",
            "Which rows of {table}{company} have at least one row in {other}? Show {columns}.",
            "List {columns} of the {table} rows{company} that exist in {other}.",
            "{table}{company} with at least one {other}: {columns}",
            "Give me {columns} of {table}{company} where {other} has a matching row.",
            "Find {table} rows{company} that occur in {other}, show {columns}.",
            "Where does {table}{company} have rows in {other}? List {columns}.",
            "Get {columns} of the {table} rows{company} that {other} knows.",
        ),
        (
            "Please list {columns} of {table}{company} if a row exists in {other}.",
            "Return {columns} of {table}{company} having one or more rows in {other}.",
            "What {table} rows{company} have a row in {other}? I want {columns}.",
        ),
    ),
    "not_exists": (
        (
            "Show {columns} of {table}{company} for which no row exists in {other}.",
            "Which rows of {table}{company} do not exist in {other}? Show {columns}.",
            "List {columns} of the {table} rows{company} that do not exist in {other}.",
            "{table}{company} not existing in {other}: {columns}",
            "Give me {columns} of {table}{company} where no {other} row exists.",
            "Find {table} rows{company} that never occur in {other}, show {columns}.",
            "Where does {table}{company} not occur in {other}? List {columns}.",
            "Get {columns} of {table} rows{company} with no row existing in {other}.",
        ),
        (
            "Please list {columns} of {table}{company} if no row exists in {other}.",
            "Return {columns} of the {table} rows{company} not existing in {other}.",
            "What {table} rows{company} never occur in {other}? I want {columns}.",
        ),
    ),
    "in_subquery": (
        (
            "Show {columns} of {table}{company} whose {key} is in {other} where {where}.",
            "List {columns} of {table}{company} with a {key} from {other} where {where}.",
            "Which {table} rows{company} have a {key} in {other} where {where}? Show {columns}.",
            "{table}{company}, {key} in {other} where {where}: {columns}",
            "Give me {columns} of {table}{company} if {key} is among those of {other} where {where}.",
            "Get {columns} from {table}{company} for every {key} of {other} where {where}.",
            "Find {columns} in {table}{company} where {key} is one of {other} with {where}.",
            "Take every {key} of {other} where {where}; list {columns} of {table}{company} for them.",
        ),
        (
            "Please list {columns} of {table}{company} whose {key} appears in {other} where {where}.",
            "Return {columns} of {table}{company} with {key} among {other} where {where}.",
            "I want {columns} of {table}{company} for the {key} values in {other} where {where}.",
        ),
    ),
}
