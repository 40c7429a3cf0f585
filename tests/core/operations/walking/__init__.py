"""Tests of walking through disks."""
