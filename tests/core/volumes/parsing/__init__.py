"""Tests of what is parsed in a process of its own."""
