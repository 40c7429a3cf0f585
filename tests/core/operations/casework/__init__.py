"""Cases: evidence, bookmarks, notes, and the trail of what was done."""
