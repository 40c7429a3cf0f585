"""Tests of merging links."""
