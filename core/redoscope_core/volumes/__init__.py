"""Volumes: partitions, the file systems on them, and what each of their sectors is for."""
