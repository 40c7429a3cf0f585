"""Tests of what is shown as code."""
