"""One module a command: values in, exit code out."""
