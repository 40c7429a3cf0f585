"""The other programs: how each does a piece of work, and whether it is here at all."""
