"""What the window shows: each view paints what it holds and asks only the session."""

__all__: list[str] = []
