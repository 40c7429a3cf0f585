"""Tests of the engine, of the window and of the installed program."""
