"""XFS: what of a volume its own structures say that no library tells."""
