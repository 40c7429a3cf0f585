"""Tests of making disks, children and copies."""
