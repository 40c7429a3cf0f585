"""Areas: which sectors are stored and where, as arrays. Pure: no file, no format."""
