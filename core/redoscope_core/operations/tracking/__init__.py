"""What changed since an older generation, and whether somebody else's list of it is right."""
