"""Tests of FAT and exFAT volumes."""
