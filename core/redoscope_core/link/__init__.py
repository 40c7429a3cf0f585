"""One link: opened from its descriptor or without one, doubted, edited, rewritten."""
