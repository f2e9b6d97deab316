"""Wordings of the intents that count and add up rows of one table."""

from __future__ import annotations

from vgpt2.synthesis.wordings.model import Wordings

WORDINGS: Wordings = {
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
}
