"""Several answers to one question, of which one is chosen by proof: how many agree says how sure it is."""
