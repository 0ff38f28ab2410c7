"""What wants to land: rows, commits, pull requests."""
