"""Tests of ext volumes."""
