"""Machines: their disks, their snapshots and the links that those froze."""
