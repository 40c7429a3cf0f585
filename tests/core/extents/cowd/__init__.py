"""Tests of COWD extents."""
