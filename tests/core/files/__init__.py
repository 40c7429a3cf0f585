"""Tests of files, locks and names."""
