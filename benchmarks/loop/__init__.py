"""Loops that keep and discard, side by side: what they reach, and what of it is true."""
