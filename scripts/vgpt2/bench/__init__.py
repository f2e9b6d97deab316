"""What budgets are measured on."""
