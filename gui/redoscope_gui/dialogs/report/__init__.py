"""Report: what changed since generation A, previewed, and made in a folder of its own."""

from redoscope_gui.dialogs.report.dialog import ReportDialog

__all__ = ["ReportDialog"]
