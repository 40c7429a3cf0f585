"""Whether the tests notice: one thing of the program changed, and who turns red."""
