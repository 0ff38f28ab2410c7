"""One module a command: values in, an answer out."""
