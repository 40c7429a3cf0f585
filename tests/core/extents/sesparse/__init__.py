"""Tests of SESparse extents."""
