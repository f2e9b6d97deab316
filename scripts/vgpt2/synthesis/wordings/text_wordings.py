"""The wordings of questions about tables, documents and faulty SQL, as `wordings.py` has those to SQL."""

from __future__ import annotations

TEXT_WORDINGS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "table_key": (
        (
            "What is the key of {table}?",
            "Which columns form the key of {table}?",
            "Name the key columns of {table}.",
            "{table}: key?",
            "What makes a row of {table} unique?",
            "Tell me the key of {table}.",
        ),
        (
            "Which columns make up the key of {table}?",
            "Give the key columns of {table}.",
            "How is a row of {table} identified?",
        ),
    ),
    "table_columns": (
        (
            "Which columns does {table} have?",
            "List the columns of {table}.",
            "What are the columns of {table}?",
            "{table}: columns?",
            "Name all columns of {table}.",
            "What fields are in {table}?",
        ),
        ("Show all the columns in {table}.", "What columns are there in {table}?", "Give the column names of {table}."),
    ),
    "table_module": (
        (
            "Which module does {table} belong to?",
            "What module is {table} part of?",
            "{table}: which module?",
            "To which module does {table} belong?",
            "Name the module of {table}.",
            "In what module is {table}?",
        ),
        (
            "Which module is {table} in?",
            "What is the module of {table}?",
            "Tell me the module that {table} is part of.",
        ),
    ),
    "table_meaning": (
        (
            "What does {table} hold?",
            "What is {table} for?",
            "What is stored in {table}?",
            "{table}: what is it?",
            "Describe {table}.",
            "Explain the table {table}.",
        ),
        ("What data does {table} contain?", "What is the table {table} used for?", "Tell me what {table} holds."),
    ),
    "table_exists": (
        (
            "Is there a table {table}?",
            "Does {table} exist?",
            "Does the table {table} exist?",
            "Do we have a table called {table}?",
            "Is {table} a table of this database?",
            "Can I query {table}?",
        ),
        ("Is there any table named {table}?", "Does a table {table} exist here?", "Is {table} in this database?"),
    ),
    "column_exists": (
        (
            "Does {table} have a column {column}?",
            "Is there a column {column} in {table}?",
            "Is {column} a column of {table}?",
            "Does the table {table} contain {column}?",
            "Can I select {column} from {table}?",
            "{table}: is there a {column}?",
        ),
        (
            "Does {table} contain a column named {column}?",
            "Is there any column {column} in {table}?",
            "Has {table} got {column}?",
        ),
    ),
    "columns_exist": (
        (
            "Does {table} have the columns {columns}?",
            "Are {columns} columns of {table}?",
            "Are there columns {columns} in {table}?",
            "Can I select {columns} from {table}?",
            "{table}: are there {columns}?",
            "Does the table {table} contain {columns}?",
        ),
        (
            "Does {table} contain columns named {columns}?",
            "Has {table} got {columns}?",
            "Do {columns} exist in {table}?",
        ),
    ),
    "column_type": (
        (
            "What type is {column} in {table}?",
            "Which data type does {table}.{column} have?",
            "What is the type of {column} of {table}?",
            "{table}.{column}: type?",
            "Name the data type of {column} in {table}.",
            "How is {table}.{column} typed?",
        ),
        (
            "What is the data type of {table}.{column}?",
            "Which type has {column} of {table}?",
            "Tell me the type of {column} in {table}.",
        ),
    ),
    "column_meaning": (
        (
            "What is {column} in {table}?",
            "What does {table}.{column} mean?",
            "Explain {column} of {table}.",
            "{table}.{column}: meaning?",
            "What does the column {column} of {table} hold?",
            "Describe {column} in {table}.",
        ),
        (
            "What is the meaning of {table}.{column}?",
            "What is stored in {column} of {table}?",
            "Tell me what {column} in {table} means.",
        ),
    ),
    "column_values": (
        (
            "Which values may {column} of {table} have?",
            "What values does {table}.{column} allow?",
            "List the allowed values of {column} in {table}.",
            "{table}.{column}: allowed values?",
            "What can {column} of {table} be?",
            "Name the possible values of {table}.{column}.",
        ),
        (
            "What are the allowed values of {table}.{column}?",
            "Which values are valid for {column} in {table}?",
            "What may stand in {column} of {table}?",
        ),
    ),
    "table_joins": (
        (
            "How do {left} and {right} join?",
            "On which columns do I join {left} to {right}?",
            "Which columns link {left} and {right}?",
            "{left} and {right}: join columns?",
            "How is {left} joined with {right}?",
            "What is the join between {left} and {right}?",
        ),
        (
            "How can I join {left} with {right}?",
            "Which columns join {left} and {right}?",
            "Tell me how {left} links to {right}.",
        ),
    ),
    "table_for": (
        (
            "Which table holds {words}?",
            "Where are {words} stored?",
            "In which table do I find {words}?",
            "Name the table of {words}.",
            "{words}: which table?",
            "What table has {words}?",
        ),
        ("Where do I find {words}?", "Which table contains {words}?", "Tell me the table with {words}."),
    ),
    "routine_purpose": (
        (
            "What does the {kind} {name} do?",
            "What is the {kind} {name} for?",
            "Explain the {kind} {name}.",
            "{name}: what does this {kind} do?",
            "Describe what {name} does.",
            "What is the purpose of {name}?",
        ),
        ("Tell me what the {kind} {name} does.", "Why is there a {kind} {name}?", "What happens in the {kind} {name}?"),
    ),
    "routine_parameters": (
        (
            "Which parameters does the {kind} {name} take?",
            "List the parameters of {name}.",
            "What are the parameters of the {kind} {name}?",
            "{name}: parameters?",
            "What must I pass to {name}?",
            "Name the parameters of the {kind} {name}.",
        ),
        ("What parameters has {name}?", "Which arguments does {name} expect?", "Give the parameters of {name}."),
    ),
    "view_purpose": (
        (
            "What does the view {name} show?",
            "What is the view {name} for?",
            "Explain the view {name}.",
            "{name}: what does this view show?",
            "Describe the view {name}.",
            "What can I see in the view {name}?",
        ),
        ("Tell me what the view {name} shows.", "What is in the view {name}?", "Why would I use the view {name}?"),
    ),
    "view_reads": (
        (
            "Which tables does the view {name} read?",
            "What tables are behind the view {name}?",
            "List the tables used in the view {name}.",
            "{name}: which tables?",
            "From which tables does {name} take its rows?",
            "What does the view {name} select from?",
        ),
        (
            "What are the source tables of {name}?",
            "Which tables feed the view {name}?",
            "Name the tables under {name}.",
        ),
    ),
    "trigger_event": (
        (
            "When does the trigger {name} fire?",
            "Which event fires the trigger {name}?",
            "On what table and event does {name} fire?",
            "{name}: which event and table?",
            "What fires the trigger {name}?",
            "Which table does the trigger {name} belong to, and when does it run?",
        ),
        ("What event starts {name}?", "Tell me when the trigger {name} runs.", "On which change does {name} run?"),
    ),
    "trigger_purpose": (
        (
            "What does the trigger {name} do?",
            "What is the trigger {name} for?",
            "Explain the trigger {name}.",
            "{name}: what does this trigger do?",
            "Describe the trigger {name}.",
            "What is the purpose of the trigger {name}?",
        ),
        (
            "Tell me what the trigger {name} does.",
            "Why does the trigger {name} exist?",
            "What happens in the trigger {name}?",
        ),
    ),
    "form_field": (
        (
            "Which column does the field '{field}' on form {form} show?",
            "What column is behind '{field}' on the form {form}?",
            "Form {form}, field '{field}': which column?",
            "Where is '{field}' of form {form} stored?",
            "Name the column of the field '{field}' on {form}.",
            "On form {form}, what column holds '{field}'?",
        ),
        (
            "Which column belongs to '{field}' on form {form}?",
            "What does '{field}' on the form {form} map to?",
            "Tell me the column for '{field}' on {form}.",
        ),
    ),
    "topic": (
        (
            "{title}: how does it work?",
            "Explain: {title}.",
            "What should I know about {title}?",
            "Tell me about {title}.",
            "Give a short summary of {title}.",
            "What does the documentation say about {title}?",
        ),
        ("Summarise {title} for me.", "What is there to know about {title}?", "How would you describe {title}?"),
    ),
    "expert_query": (
        (
            "Write the query for this: {title}.",
            "SQL for: {title}.",
            "Give me a query: {title}.",
            "I need SQL for {title}.",
            "Query wanted: {title}.",
            "How do I query this: {title}?",
        ),
        ("What is the SQL for {title}?", "Please write SQL: {title}.", "Show me a query for {title}."),
    ),
    "view_query": (
        (
            "Write the query out over its source tables: {title}.",
            "Without a ready-made view: {title}.",
            "SQL straight from the source tables for: {title}.",
            "Build this from the source tables: {title}.",
            "I need the whole query, not a view, for {title}.",
            "Query the source tables for {title}.",
            "Which query over the source tables gives this: {title}?",
            "Not by a view but by a query of its own: {title}.",
        ),
        (
            "Give me the full query, without a view that is there already: {title}.",
            "Please write this from the source tables: {title}.",
            "What query would a view for this hold: {title}?",
        ),
    ),
    "routine_query": (
        (
            "Write the SELECT for this: {title}.",
            "Which SELECT does this: {title}?",
            "I need a SELECT for {title}.",
            "SELECT wanted: {title}.",
            "Give me the SELECT behind this: {title}.",
            "What would a procedure select for this: {title}?",
            "One SELECT, please: {title}.",
            "Query of a procedure: {title}.",
        ),
        (
            "Please write a SELECT for {title}.",
            "What does the SELECT for this look like: {title}?",
            "Show me one SELECT for {title}.",
        ),
    ),
    "fix": (
        (
            "Correct this SQL{company}: {sql}",
            "Fix this query{company}: {sql}",
            "What is wrong here{company}? {sql}",
            "This query has a fault{company}, mend it: {sql}",
            "Repair{company}: {sql}",
            "Find the mistake{company} and correct it: {sql}",
        ),
        (
            "Please fix the following SQL{company}: {sql}",
            "There is an error in this query{company}, correct it: {sql}",
            "Why is this query wrong{company}? Give the right one: {sql}",
        ),
    ),
}
