"""Tests of what runs commands: machines and launchers."""
