"""One link: positional file access, locks, grain tables as arrays, extents, `Link`."""
