"""Printing: reports as PDF/A, laid out by Qt in a process of its own."""
