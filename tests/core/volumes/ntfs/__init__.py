"""Tests of NTFS volumes."""
