"""The command line on real repositories, judged by the specification alone."""
