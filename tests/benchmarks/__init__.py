"""Measurements, run by hand: they print ratios, since figures alone mean nothing elsewhere."""
