"""The window of Redoscope."""

__all__: list[str] = []
