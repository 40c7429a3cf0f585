"""Stream-optimized extents: compressed grains, read by tables or by walking."""
