"""Tests of whose a sector is."""
