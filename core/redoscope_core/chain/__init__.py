"""Links read as one disk: `Chain`, its generations, open handles, attach."""
