"""Commands that are killed, and commands that run at once; the long form is `make test-kills`."""
