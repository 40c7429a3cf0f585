"""Tests of the structures, without any file."""
