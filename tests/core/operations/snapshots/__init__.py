"""Snapshots of machines: the verbs, judged by what every generation reads as."""
