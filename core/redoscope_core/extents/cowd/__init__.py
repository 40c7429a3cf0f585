"""COWD extents: the sparse extents of older ESX servers."""
