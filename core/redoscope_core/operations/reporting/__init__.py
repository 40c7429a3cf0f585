"""What was done and what was found, told so that another program can check it."""
