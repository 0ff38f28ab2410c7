"""What is shown: text, tables and JSON."""
