"""Benchmarks; each is a package to run with `python -m`."""
