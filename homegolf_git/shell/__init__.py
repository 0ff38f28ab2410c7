"""The imperative shell: each third-party package is imported in exactly one module here."""
