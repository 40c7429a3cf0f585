"""Tests of the engine and its command line."""
