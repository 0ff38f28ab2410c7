"""Tests of the receipt readers."""
