"""One answer, one outcome: what it says, what its SQL returns, what it invents."""
