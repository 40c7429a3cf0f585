"""Structures: bytes that are recognised, as named fields."""
