"""Tests of what one can do to a chain."""
