"""What the verdicts say of the search: what improved, when to stop, what may go up."""
