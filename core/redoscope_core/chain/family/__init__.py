"""Who is whose parent, and what a disk in a folder is."""
