"""Consolidating: newer links merged into an older one."""
