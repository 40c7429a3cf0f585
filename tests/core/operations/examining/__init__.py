"""Tests of examining disks."""
