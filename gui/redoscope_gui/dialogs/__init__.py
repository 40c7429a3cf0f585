"""Dialogs: ask, say what will be written, then hand to the session."""

__all__: list[str] = []
