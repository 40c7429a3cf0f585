"""To whom sectors belong: partitions, file systems, files."""
