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
    "count": (
        (
            "How many rows of {table} are there{company} where {where}?",
            "Count the rows of {table}{company} where {where}.",
            "Number of rows in {table}{company} where {where}?",
            "{table}{company}, {where}: count",
            "Tell me how many rows {table} has{company} where {where}.",
            "In {table}{company}, how many rows are there where {where}?",
            "Work out how many rows {table} has{company} where {where}.",
            "Row count for {table}{company}, only where {where}.",
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
            "Work out the sum of {measure} for {table}{company} where {where}.",
            "Total of {measure} wanted: {table}{company} where {where}.",
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
            "Find out what {measure} of {table}{company} averages.",
            "Mean of {measure} wanted for {table}{company}.",
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
            "Between which values does {measure} of {table}{company} lie, {pair}?",
            "Both the {pair} {measure} of {table}{company}, please.",
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
            "Work out the number of distinct {column} values in {table}{company}.",
            "Different {column} in {table}{company}: how many?",
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
            "Work out total {measure} per {group} for {table}{company}.",
            "Split total {measure} of {table}{company} by {group}.",
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
            "Work out the average {measure} per {group} for {table}{company}.",
            "By {group}, how high is the average {measure} of {table}{company}?",
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
            "Work out how many rows each {group} has in {table}{company}.",
            "Split the row count of {table}{company} by {group}.",
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
            "Find each {group} of {table}{company} whose total {measure} is over {bound}, and that total.",
            "Where does total {measure} per {group} of {table}{company} pass {bound}? Show the totals.",
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
            "Find each {group} in {table}{company} that has over {bound} rows, and how many.",
            "Where are there more than {bound} rows per {group} in {table}{company}? Counts too.",
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
            "Rank {group} of {table}{company} by total {measure} and keep {n}, with the total.",
            "Who leads in {table}{company}: top {n} {group} by total {measure}, total shown.",
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
            "Work out {measure} minus {less} per {group} of {table}{company}, added up.",
            "Take {less} from {measure} and total it by {group} in {table}{company}.",
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
            "How old is {measure} of {table}{company} at {day} by {date}: up to {limit}, over {limit} days?",
            "Bucket {measure} of {table}{company} by {date}: up to {limit} days and more, seen from {day}.",
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
            "Work out total {measure} per {group} of {table}{company} where {where}.",
            "Where {where}: total {measure} by {group} of {table}{company}.",
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
            "List {columns} of {table}{company} that exist in {other}.",
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
            "List {columns} of {table}{company} that do not exist in {other}.",
            "{table}{company} not existing in {other}: {columns}",
            "Give me {columns} of {table}{company} where no {other} row exists.",
            "Find {table} rows{company} that never occur in {other}, show {columns}.",
            "Where does {table}{company} not occur in {other}? List {columns}.",
            "Get {columns} of {table} rows{company} with no row existing in {other}.",
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
            "Find {columns} in {table}{company} where {key} is one of {other} with {where}.",
            "Take every {key} of {other} where {where}; list {columns} of {table}{company} for them.",
        ),
        (
            "Please list {columns} of {table}{company} whose {key} appears in {other} where {where}.",
            "Return {columns} of {table}{company} with {key} among {other} where {where}.",
            "I want {columns} of {table}{company} for the {key} values in {other} where {where}.",
        ),
    ),
    "rank": (
        (
            "Rank {group} of {table} by total {measure}{company}; show the total and the rank.",
            "What rank does each {group} have by total {measure} in {table}{company}? Show total and rank.",
            "{table}{company}: {group}, total {measure}, rank by total",
            "List {group} with total {measure} and its rank, highest first, from {table}{company}.",
            "For each {group} of {table}{company}, give the total {measure} and where it ranks.",
            "Order {group} in {table}{company} into ranks by sum of {measure}, sum included.",
            "I need a ranking of {group} by total {measure} of {table}{company}, with totals.",
            "Number {group} of {table}{company} by rank of summed {measure} and show the sums.",
        ),
        (
            "Give me total {measure} and rank per {group} from {table}{company}.",
            "Which rank has every {group} of {table}{company} by its total {measure}? Include the total.",
            "Make a ranking by total {measure} of {group} in {table}{company}, with the total.",
        ),
    ),
    "running_total": (
        (
            "Show total {measure} by {time} with a running total, from {table}{company}.",
            "Running total of {measure} over {time} in {table}{company}, beside the total of each {time}.",
            "{table}{company}: {measure} per {time} and cumulated",
            "For each {time} of {table}{company}, give total {measure} and the running total so far.",
            "How does {measure} of {table}{company} add up over {time}? Total and running total.",
            "Cumulate {measure} of {table} by {time}{company}, with the single totals.",
            "List {time}, total {measure} and cumulative {measure} of {table}{company}.",
            "Add up {measure} of {table}{company} by {time} and keep a running sum.",
        ),
        (
            "Give me {measure} by {time} and its running total from {table}{company}.",
            "I want totals of {measure} per {time} in {table}{company} and the cumulative sum.",
            "What is {measure} per {time} in {table}{company}, with a running total?",
        ),
    ),
    "month_over_month": (
        (
            "Show total {measure} by {time} and the change from the month before, from {table}{company}.",
            "Month over month: {measure} of {table}{company} by {time}, with the change.",
            "{table}{company}: {measure} per {time}, difference to the previous month",
            "How did total {measure} of {table}{company} change from one {time} to the next? Show both.",
            "For each {time} of {table}{company}, give total {measure} and its change since the month before.",
            "Compare total {measure} of {table} by {time}{company} with the month before.",
            "List {time}, total {measure} and month-over-month change of {table}{company}.",
            "By how much does {measure} of {table}{company} go up or down each {time}? Include the total.",
        ),
        (
            "Give me {measure} by {time} with the difference to the prior month from {table}{company}.",
            "I want the monthly change of total {measure} by {time} in {table}{company}, and the total.",
            "What is the month-over-month change of {measure} in {table}{company} by {time}? Total included.",
        ),
    ),
    "pivot": (
        (
            "Show {measure} of {table} by {group}{company}, one column for each {code} {values}.",
            "Pivot total {measure} of {table}{company}: rows {group}, columns {code} {values}.",
            "{table}{company}: {group} down, {code} {values} across, total {measure}",
            "For each {group} of {table}{company}, total {measure} of {code} {values} side by side.",
            "Put total {measure} for {code} {values} into columns, by {group}, from {table}{company}.",
            "Cross table of {group} against {code} ({values}) with total {measure} of {table}{company}.",
            "How much {measure} does each {group} of {table}{company} have for {code} {values}? A column each.",
            "Lay out total {measure} of {table}{company} by {group} with a column a {code}: {values}.",
        ),
        (
            "Give me total {measure} per {group} from {table}{company} in columns by {code}: {values}.",
            "I want {group} as rows and {code} {values} as columns, total {measure} of {table}{company}.",
            "Make a pivot of {measure} in {table}{company} by {group}, columns for {code} {values}.",
        ),
    ),
    "page": (
        (
            "Show page {number} of {columns} of {table}{company}, {size} rows a page, sorted by {order}.",
            "{table}{company}: {columns}, page {number} at {size} rows, by {order}",
            "Page through {table}{company} by {order}, {size} at a time: page {number} of {columns}.",
            "List {columns} of {table}{company} in the order of {order}; pages of {size}, I am on page {number}.",
            "Give me page {number} ({size} rows each) of {columns} from {table}{company}, ordered by {order}.",
            "With {size} rows to a page and {order} as the order, what is on page {number} of {table}{company}? "
            "Show {columns}.",
            "Sorted by {order}, {columns} of {table}{company}: page {number}, page size {size}.",
            "Fetch page {number} of {table}{company} by {order}, {size} rows: {columns}.",
        ),
        (
            "I want page {number} of {columns} in {table}{company}, pages of {size} rows by {order}.",
            "Return {columns} of {table}{company} for page {number}, {size} rows per page, ordered by {order}.",
            "What is page {number} of {columns} of {table}{company} at {size} rows a page, sorted by {order}?",
        ),
    ),
    "latest": (
        (
            "For each {group} of {table}{company}, show the row with the {degree} {by}: {group}, {by}, {columns}.",
            "Show {group}, {by} and {columns} of the {degree} {by} for every {group} in {table}{company}.",
            "{table}{company}: per {group} the row of {degree} {by}, with {columns}",
            "Which row has the {degree} {by} for each {group} of {table}{company}? Show {group}, {by}, {columns}.",
            "One row a {group} from {table}{company}, that of {degree} {by}: {group}, {by}, {columns}.",
            "Get the {degree} {by} row per {group} out of {table}{company} with {columns}.",
            "List each {group} of {table}{company} once, at its {degree} {by}, with {columns}.",
            "Per {group}, what is the {degree} {by} in {table}{company}, and its {columns}?",
        ),
        (
            "Give me, for every {group} of {table}{company}, the row of {degree} {by} with {columns}.",
            "I want only the {degree} {by} of each {group} in {table}{company}, showing {columns} too.",
            "Return {group}, {by} and {columns} from {table}{company} where {by} is the {degree} of its {group}.",
        ),
    ),
    "parameters": (
        (
            "Write a query for {columns} of {table} with parameters {parameters}.",
            "Show {columns} of {table}, parametrised by {parameters}.",
            "{table}: {columns}, take {parameters}",
            "I need {columns} from {table} in a report with {parameters} as parameters.",
            "List {columns} of {table} for {parameters}.",
            "Parameters {parameters}: give {columns} of {table}.",
            "Get {columns} from {table}; the user enters {parameters}.",
            "Which {columns} does {table} have for {parameters}?",
        ),
        (
            "Give me a query with {parameters} that shows {columns} of {table}.",
            "Return {columns} of {table}, filtered by the parameters {parameters}.",
            "For a report with {parameters}: {columns} from {table}.",
        ),
    ),
    "in_either": (
        (
            "Which {column} values occur in {table} or in {other}{company}? Each once.",
            "List every {column} of {table} and of {other}{company}, without duplicates.",
            "{column} in {table} or {other}{company}",
            "Show all {column} of {table} and {other}{company} in one list, each once.",
            "Union of {column} from {table} and {other}{company}.",
            "Put the {column} values of {table} and {other} together{company}, no duplicates.",
            "Give me {column} from both {table} and {other}{company}, once each.",
            "What {column} do {table} and {other} have between them{company}?",
        ),
        (
            "I want one list of {column} out of {table} and {other}{company}, no duplicates.",
            "Return each {column} that is in {table} or in {other}{company}.",
            "Combine {column} of {table} with that of {other}{company} and drop duplicates.",
        ),
    ),
}


def templates(intent: str, side: str) -> list[tuple[str, str]]:
    """(wording id, template) of an intent for `train` or `exam`."""
    train, exam = WORDINGS[intent]
    if side == "train":
        return [(f"{intent}/{number}", text) for number, text in enumerate(train)]
    return [(f"{intent}/{number}", text) for number, text in enumerate(exam, EXAM_FROM)]


def fill(template: str, phrases: dict[str, str], more: str = "") -> str:
    """The question, and what it asks `more` behind it; its first letter is a capital where the template itself begins
    with a word."""
    text = template.format(**phrases).replace(",,", ",").replace(",.", ".").replace(",?", "?").strip()
    if more and text[-1] not in ".?":
        text += "."
    return f"{text} {more}".strip()
