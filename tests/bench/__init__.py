"""The benchmarks in short form."""
