"""Files that are written from others: reference pages from the program, workflows from their source."""
