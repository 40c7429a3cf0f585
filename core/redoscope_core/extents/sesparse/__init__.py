"""SESparse extents: sparse extents of newer servers."""
