"""In which state rows are: open or closed, due, done on a day; and words for states that have two meanings."""
