"""Extents: what every kind answers, and one room for each kind that has tables."""
