"""Tests of the kinds of extent."""
