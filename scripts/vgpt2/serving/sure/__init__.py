"""How sure an answer is: several are made, and where they do not agree the two readings leave in place of one."""
