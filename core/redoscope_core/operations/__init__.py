"""What one can do to a chain: one room for each kind of doing, one module a verb."""
