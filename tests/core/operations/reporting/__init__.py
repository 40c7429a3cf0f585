"""What was done and what was found, checked by others."""
