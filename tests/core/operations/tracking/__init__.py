"""Tests of plans of edits."""
