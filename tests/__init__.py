"""Tests of homegolf_git."""
