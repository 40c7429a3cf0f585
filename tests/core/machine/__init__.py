"""Tests of what is found below a folder."""
