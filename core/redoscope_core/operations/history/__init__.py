"""The history of a file: what became of it in each generation, and where its bytes still are."""
