"""One finding as programs read it: the same in every document that lists some."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from redoscope_core import sentences
from redoscope_core.cli.ways_out import advised_cure

if TYPE_CHECKING:
    from redoscope_core.findings import Finding

__all__ = ["finding_document"]


def finding_document(finding: Finding) -> dict[str, object]:
    """Return the kind of *finding*, what it means, its place, and the words for people."""
    return {
        "code": finding.kind.value,
        "fault": finding.is_fault,
        "severity": finding.severity.name.lower().replace("_", "-"),
        "path": None if finding.path is None else str(finding.path),
        "where": finding.place.where,
        "offset": finding.place.offset,
        "text": sentences.text(finding),
        "cure": advised_cure(finding, click.get_current_context().command),
    }
