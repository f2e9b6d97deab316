"""What foreign datasets need before they can be trained on: labels, SQL, columns."""
