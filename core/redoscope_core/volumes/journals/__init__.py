"""Journals of file systems: what they logged, as views beside what is stored."""
