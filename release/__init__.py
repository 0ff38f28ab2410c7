"""How a release is made: what it consists of, of which parts, and whether those are known to be unsafe."""
