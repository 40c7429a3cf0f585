"""Tests of areas: the laws of arrays."""
