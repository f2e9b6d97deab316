"""What the project is made of: the packages of its lock files, and under which licences they come."""
