"""Tests of who is whose parent."""
