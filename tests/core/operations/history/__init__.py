"""Tests of files written to a folder."""
