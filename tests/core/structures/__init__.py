"""Tests of recognised structures."""
