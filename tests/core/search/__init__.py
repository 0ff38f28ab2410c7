"""What verdicts say of the search: when to stop, what improved the score, what transfers."""
