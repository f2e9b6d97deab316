"""The wordings of every SQL intent: templates for training, and others that only the exam uses.

A wording is known as `intent/number`; those of the exam count from 100. Slots are filled by the intent's phrases;
`{company}` and the `{where}` of joins carry their own leading blank and may be empty.
"""

from __future__ import annotations

EXAM_FROM = 100

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

WORDINGS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    **dict.fromkeys(("list_equal", "list_date", "list_over", "list_like", "list_in", "list_null", "list_two"), _LIST),
    "top": (
        (
            "Show the {n} rows of {table}{company} with the {degree} {by}: {columns}.",
            "Top {n} of {table}{company} by {degree} {by}, show {columns}.",
            "List the {n} {degree} {by} of {table}{company} with {columns}.",
            "Which {n} rows of {table}{company} have the {degree} {by}? Show {columns}.",
            "{table}{company}: {n} rows with {degree} {by}, {columns}",
            "Give me {columns} for the {n} rows of {table}{company} with the {degree} {by}.",
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
        ),
        (
            "Please list {columns} of {table}{company} whose {measure} is above average.",
            "Return {columns} of {table}{company} with a {measure} above the average.",
            "Find rows of {table}{company} with {measure} over the average and show {columns}.",
        ),
    ),
    "count": (
        (
            "How many rows of {table} are there{company} where {where}?",
            "Count the rows of {table}{company} where {where}.",
            "Number of rows in {table}{company} where {where}?",
            "{table}{company}, {where}: count",
            "Tell me how many rows {table} has{company} where {where}.",
            "In {table}{company}, how many rows are there where {where}?",
        ),
        (
            "What is the number of rows of {table}{company} where {where}?",
            "Please count {table} rows{company} where {where}.",
            "Give me the row count of {table}{company} where {where}.",
        ),
    ),
    "sum": (
        (
            "What is the total {measure} of {table}{company} where {where}?",
            "Sum {measure} of {table}{company} where {where}.",
            "Add up {measure} in {table}{company} where {where}.",
            "{table}{company}, {where}: total {measure}",
            "Show the total of {measure} from {table}{company} where {where}.",
            "How much is {measure} in total in {table}{company} where {where}?",
        ),
        (
            "Give me the total {measure} of {table}{company} where {where}.",
            "What does {measure} of {table} add up to{company} where {where}?",
            "I need the sum of {measure} in {table}{company} where {where}.",
        ),
    ),
    "average": (
        (
            "What is the average {measure} of {table}{company}?",
            "Average {measure} of {table}{company}.",
            "Show the mean {measure} in {table}{company}.",
            "{table}{company}: average {measure}",
            "How high is {measure} of {table} on average{company}?",
            "Compute the average of {measure} over {table}{company}.",
        ),
        (
            "Give me the average {measure} in {table}{company}.",
            "What does {measure} of {table} average{company}?",
            "I need the average of {measure} from {table}{company}.",
        ),
    ),
    "min_max": (
        (
            "What are the {pair} {measure} of {table}{company}?",
            "Show the {pair} {measure} in {table}{company}.",
            "{table}{company}: {pair} {measure}",
            "Give me the {pair} {measure} of {table}{company}.",
            "Find the {pair} value of {measure} in {table}{company}.",
            "Which are the {pair} {measure} in {table}{company}?",
        ),
        (
            "I want the {pair} {measure} from {table}{company}.",
            "Please return the {pair} {measure} of {table}{company}.",
            "Tell me the {pair} {measure} in {table}{company}.",
        ),
    ),
    "count_distinct": (
        (
            "How many different {column} are in {table}{company}?",
            "Count the distinct {column} of {table}{company}.",
            "Number of different {column} values in {table}{company}?",
            "{table}{company}: how many distinct {column}",
            "In {table}{company}, how many distinct {column} values are there?",
            "Tell me how many different values {column} has in {table}{company}.",
        ),
        (
            "How many distinct values of {column} does {table} have{company}?",
            "Give me the number of distinct {column} in {table}{company}.",
            "Please count the different {column} values of {table}{company}.",
        ),
    ),
    "group_sum": (
        (
            "What is the total {measure} by {group} in {table}{company}?",
            "Sum {measure} of {table} by {group}{company}.",
            "Show the total {measure} for each {group} of {table}{company}.",
            "{table}{company}: total {measure} per {group}",
            "Add up {measure} in {table} for every {group}{company}.",
            "For each {group} of {table}{company}, give the total {measure}.",
        ),
        (
            "Give me the sum of {measure} per {group} from {table}{company}.",
            "How much {measure} is there in total for each {group} in {table}{company}?",
            "I need total {measure} by {group} out of {table}{company}.",
        ),
    ),
    "group_average": (
        (
            "What is the average {measure} by {group} in {table}{company}?",
            "Average {measure} of {table} by {group}{company}.",
            "Show the average {measure} for each {group} of {table}{company}.",
            "{table}{company}: average {measure} per {group}",
            "For each {group} of {table}{company}, give the average {measure}.",
            "Compute the mean {measure} in {table} for every {group}{company}.",
        ),
        (
            "Give me the average of {measure} per {group} from {table}{company}.",
            "How high is {measure} on average for each {group} in {table}{company}?",
            "I need average {measure} by {group} out of {table}{company}.",
        ),
    ),
    "group_count": (
        (
            "How many rows of {table} are there for each {group}{company}?",
            "Count the rows of {table} by {group}{company}.",
            "Show the number of rows per {group} in {table}{company}.",
            "{table}{company}: row count per {group}",
            "For each {group} of {table}{company}, count the rows.",
            "Number of {table} rows by {group}{company}?",
        ),
        (
            "Give me the row count of {table} for every {group}{company}.",
            "What is the number of rows per {group} in {table}{company}?",
            "I need the count of rows by {group} from {table}{company}.",
        ),
    ),
    "having_sum": (
        (
            "Which {group} of {table} have a total {measure} over {bound}{company}? Show the total.",
            "Show {group} and total {measure} of {table}{company} where the total is over {bound}.",
            "List each {group} of {table}{company} with a total {measure} over {bound}, and the total.",
            "{table}{company}: {group} with total {measure} over {bound}, and the total",
            "Sum {measure} of {table} by {group}{company}, only totals over {bound}.",
            "Total {measure} by {group} in {table}{company}, keep only totals over {bound}.",
        ),
        (
            "Give me {group} and total {measure} from {table}{company} if the total exceeds {bound}.",
            "For which {group} in {table}{company} is the total {measure} over {bound}? Include the total.",
            "I need the total {measure} per {group} of {table}{company}, totals over {bound} only.",
        ),
    ),
    "having_count": (
        (
            "Which {group} occur in more than {bound} rows of {table}{company}? Show the count.",
            "Show {group} and row count of {table}{company} where the count is over {bound}.",
            "List each {group} of {table}{company} with more than {bound} rows, and the count.",
            "{table}{company}: {group} with more than {bound} rows, and the count",
            "Count the rows of {table} by {group}{company}, only counts over {bound}.",
            "Rows per {group} in {table}{company}, keep only more than {bound}.",
        ),
        (
            "Give me {group} and the row count from {table}{company} if there are more than {bound} rows.",
            "For which {group} does {table} have more than {bound} rows{company}? Include the count.",
            "I need the rows per {group} of {table}{company}, counts over {bound} only.",
        ),
    ),
    "top_group": (
        (
            "Which {n} {group} of {table} have the highest total {measure}{company}? Show the total.",
            "Top {n} {group} of {table} by total {measure}{company}, with the total.",
            "Show the {n} {group} with the largest total {measure} in {table}{company}, and the total.",
            "{table}{company}: top {n} {group} by total {measure}, with the total",
            "List the {n} {group} of {table}{company} with the highest sum of {measure} and that sum.",
            "Give me the top {n} {group} by sum of {measure} in {table}{company}, with the sum.",
        ),
        (
            "What are the {n} {group} with the highest total {measure} in {table}{company}? Include the total.",
            "I need the {n} largest {group} of {table} by total {measure}{company}, with the total.",
            "Find the top {n} {group} in {table}{company} by total {measure} and show the total.",
        ),
    ),
    "net": (
        (
            "What is {measure} less {less} in total by {group} in {table}{company}?",
            "Show the sum of {measure} minus {less} for each {group} of {table}{company}.",
            "Net amount of {table} by {group}{company}: sum of {measure} minus {less}.",
            "{table}{company}: total of {measure} minus {less} per {group}",
            "For each {group} of {table}{company}, add up {measure} minus {less}.",
            "How much is {measure} minus {less} in total per {group} in {table}{company}?",
        ),
        (
            "Give me the total of {measure} minus {less} by {group} from {table}{company}.",
            "After taking {less} off {measure}, what remains in total for each {group} of {table}{company}?",
            "I need the net of {measure} minus {less} per {group} in {table}{company}.",
        ),
    ),
    "ageing": (
        (
            "Age {measure} of {table} by {date} as of {day}{company}: up to {limit} days and over {limit} days.",
            "Show {measure} of {table}{company} aged by {date} at {day}, up to {limit} days and over {limit} days.",
            "How much {measure} in {table}{company} is up to {limit} days old and how much over {limit} days, "
            "by {date} at {day}?",
            "{table}{company}: ageing of {measure} by {date} as of {day}, up to {limit} and over {limit} days",
            "Split {measure} of {table}{company} by age of {date} at {day} into up to {limit} and over {limit} days.",
            "Ageing of {table}{company} on {day} by {date}: total {measure} up to {limit} days and over {limit} days.",
        ),
        (
            "Give me an ageing of {measure} in {table}{company} by {date} on {day}: up to and over {limit} days.",
            "What {measure} of {table}{company} is up to {limit} days and what is over {limit} days old at {day}, "
            "by {date}?",
            "I need {measure} of {table}{company} aged at {day} by {date}, with {limit} days as the limit.",
        ),
    ),
    "month_sum": (
        (
            "What is the total {measure} by {group} in {table}{company} where {where}?",
            "Sum {measure} of {table} by {group}{company} where {where}.",
            "Show the total {measure} for each {group} of {table}{company} where {where}.",
            "{table}{company}, {where}: total {measure} per {group}",
            "For each {group} of {table}{company} where {where}, give the total {measure}.",
            "Add up {measure} in {table} for every {group}{company} where {where}.",
        ),
        (
            "Give me the sum of {measure} per {group} from {table}{company} where {where}.",
            "How much {measure} is there for each {group} in {table}{company} where {where}?",
            "I need total {measure} by {group} out of {table}{company} where {where}.",
        ),
    ),
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
            "List {columns} of {table}{company} that exist in {other}.",
            "{table}{company} with at least one {other}: {columns}",
            "Give me {columns} of {table}{company} where {other} has a matching row.",
            "Find {table} rows{company} that occur in {other}, show {columns}.",
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
            "List {columns} of {table}{company} that do not exist in {other}.",
            "{table}{company} not existing in {other}: {columns}",
            "Give me {columns} of {table}{company} where no {other} row exists.",
            "Find {table} rows{company} that never occur in {other}, show {columns}.",
        ),
        (
            "Please list {columns} of {table}{company} if no row exists in {other}.",
            "Return {columns} of {table}{company} not existing in {other}.",
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
        ),
        (
            "Please list {columns} of {table}{company} whose {key} appears in {other} where {where}.",
            "Return {columns} of {table}{company} with {key} among {other} where {where}.",
            "I want {columns} of {table}{company} for the {key} values in {other} where {where}.",
        ),
    ),
}


def templates(intent: str, side: str) -> list[tuple[str, str]]:
    """(wording id, template) of an intent for `train` or `exam`."""
    train, exam = WORDINGS[intent]
    if side == "train":
        return [(f"{intent}/{number}", text) for number, text in enumerate(train)]
    return [(f"{intent}/{number}", text) for number, text in enumerate(exam, EXAM_FROM)]


def fill(template: str, phrases: dict[str, str]) -> str:
    """The question; its first letter is a capital where the template itself begins with a word."""
    text = template.format(**phrases).replace(",,", ",").replace(",.", ".").replace(",?", "?")
    return text.strip()
