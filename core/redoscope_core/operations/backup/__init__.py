"""Backups: generations as streams with manifests, proved, restored and pruned."""
