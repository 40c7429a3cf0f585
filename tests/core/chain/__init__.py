"""Tests of links read as one disk, of writing and of attaching."""
