"""Survey: every chain below a folder, and what is wrong with it."""
