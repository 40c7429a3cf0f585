"""Tests of sparse extents."""
