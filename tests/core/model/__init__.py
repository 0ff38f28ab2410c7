"""What the ledger is made of: names, values, findings, rows and lanes."""
