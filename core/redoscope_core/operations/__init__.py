"""What one can do to a chain, one module per verb."""
