"""Walking: a disk taken piece by piece, pieces read ahead."""
