"""Sparse extents: grain tables, what their entries mean, and how they are written."""
