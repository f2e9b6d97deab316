"""The one reader of answers: their SQL, refusals, and denials."""
