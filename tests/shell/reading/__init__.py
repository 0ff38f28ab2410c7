"""Tests of what reads a ledger from git."""
