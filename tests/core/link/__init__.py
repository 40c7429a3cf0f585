"""Tests of one link and its areas."""
