"""Captures and launchers on real engines: torchrun, Slurm, Ray; `make test-cluster`."""
