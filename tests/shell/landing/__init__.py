"""Tests of what lands: commits, and the lock that they share."""
