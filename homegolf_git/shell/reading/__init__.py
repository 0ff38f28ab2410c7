"""From the history of git to a ledger."""
