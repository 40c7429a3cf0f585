"""Reports: of the one comparison, previewed and made as jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from redoscope_gui.requests.reporting import MakeReport, PreviewReport, ReportWritten
from redoscope_gui.session.asking import Asking
from redoscope_gui.session.job import Job

if TYPE_CHECKING:
    from redoscope_core import Printed

__all__ = ["Reports"]

Failed = Callable[[Exception], None]


class Reports(QObject):
    """Has the engine make reports."""

    def __init__(self, asking: Asking, parent: QObject) -> None:
        super().__init__(parent)
        self._asking = asking

    def make(
        self, request: MakeReport, done: Callable[[ReportWritten], None], failed: Failed
    ) -> Job:
        """Make a report; *done* or *failed* is called when that is over."""

        def told(made: ReportWritten) -> str:
            return self.tr("Report in {folder}; SHA-256 of its manifest: {digest}").format(
                folder=made.folder, digest=made.manifest_sha256
            )

        title = self.tr("Report into %s") % request.folder.name
        return self._asking.run_job(title, request, done, failed, told=told)

    def preview(
        self, request: PreviewReport, done: Callable[[Printed], None], failed: Failed
    ) -> Job:
        """Lay a report out to look at; *done* or *failed* is called when that is over."""
        title = self.tr("Preview the report of %s") % request.pair.path.name
        return self._asking.run_job(title, request, done, failed)
