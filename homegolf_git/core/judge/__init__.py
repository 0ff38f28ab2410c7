"""What a row is called, and why: from landed rows to verdicts."""
