"""How a SELECT that has only begun may go on: which names may stand next, by the tables that it may use."""
