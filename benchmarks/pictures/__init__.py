"""The pictures of docs/how-sure.md, drawn from the decision core and from the tables of the benchmarks."""
