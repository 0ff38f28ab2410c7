"""Reference pages that are written from the program itself."""
