"""Examining: what is on disks, and what is wrong with them."""
