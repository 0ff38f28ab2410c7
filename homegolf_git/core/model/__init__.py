"""What the ledger is made of: names, values, findings, and how they are written and read."""
