"""Links read as one disk: overlay, parents, `Chain`, open handles, attach, forests."""
