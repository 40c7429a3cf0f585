"""What is said of a disk, as its user reads it: for tests of the words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from redoscope_core import sentences

if TYPE_CHECKING:
    from redoscope_core import Finding

__all__ = ["said"]


class _Found(Protocol):
    @property
    def findings(self) -> tuple[Finding, ...]: ...


def said(found: _Found) -> list[str]:
    """Return a line for each finding of a descriptor, a link or a chain."""
    return [sentences.line(finding) for finding in found.findings]
