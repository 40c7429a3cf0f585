"""The installed program in a process of its own, with a real display, mouse and keyboard."""
