"""Tests of XFS volumes."""
