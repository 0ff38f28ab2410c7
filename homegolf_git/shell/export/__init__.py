"""Tables as files of other programs: one module a format."""
