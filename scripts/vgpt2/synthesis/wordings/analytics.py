"""Wordings of the intents of reports."""

from __future__ import annotations

from vgpt2.synthesis.wordings.model import Wordings

WORDINGS: Wordings = {
    "rank": (
        (
            "Rank {group} of {table} by total {measure}{company}; show the total and the rank.",
            "What rank does each {group} have by total {measure} in {table}{company}? Show total and rank.",
            "{table}{company}: {group}, total {measure}, rank by total",
            "List {group} with total {measure} and its rank, the highest total being 1, from {table}{company}.",
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
            "Sorted by {order}: page {number} of {columns} of {table}{company}, page size {size}.",
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
            "Return {group}, {by} and {columns} from {table}{company}, one row a {group}, that of the {degree} {by}.",
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
            "Give me {column} from {table} and {other} taken together{company}, once each.",
            "What {column} do {table} and {other} have between them{company}?",
        ),
        (
            "I want one list of {column} out of {table} and {other}{company}, no duplicates.",
            "Return each {column} that is in {table} or in {other}{company}.",
            "Combine {column} of {table} with that of {other}{company} and drop duplicates.",
        ),
    ),
}
