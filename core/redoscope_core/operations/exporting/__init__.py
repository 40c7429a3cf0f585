"""Files of a generation, written to a folder."""
