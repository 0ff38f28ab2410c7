"""Tests of the reading: promotions, checkpoints and what they keep."""
