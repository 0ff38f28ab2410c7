"""Tests of the shell: what touches files, git and the forge."""
