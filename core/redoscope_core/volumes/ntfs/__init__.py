"""NTFS: file records, their attributes, and what each cluster holds."""
