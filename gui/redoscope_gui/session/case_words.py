"""What came of work on a case, in the words that the list of jobs keeps."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

import redoscope_core as core
from redoscope_gui.requests.evidence import CaseSigned, CaseVerified, EvidenceAdded, TrailJudged

__all__ = ["added_words", "judged_words", "signed_words", "verified_words"]


def tr(text: str) -> str:
    """Translate *text*."""
    return QCoreApplication.translate("Casework", text)


def added_words(answer: EvidenceAdded) -> str:
    """Return which digests were taken, or found to be the same."""
    words = tr("Disk {disk}: digests of {files} files are taken")
    if answer.added.outcome is core.AddedAs.KNOWN:
        words = tr("Disk {disk}: {files} files have the digests that they had")
    disk = answer.added.disk
    return words.format(disk=disk.number, files=len(disk.files))


def verified_words(answer: CaseVerified) -> str:
    """Return whether the case is sound."""
    files = sum(len(each.files) for each in answer.verdict.disks)
    if answer.verdict.is_sound:
        return tr("Sound: %d files are as they were, and so is the trail") % files
    return tr("NOT sound: the Case pane tells what differs")


def judged_words(answer: TrailJudged) -> str:
    """Return whether the trail is sound."""
    if answer.verdict.is_sound:
        return tr("The trail is sound: %d records") % answer.verdict.lines
    return tr("The trail is NOT sound: the Case pane tells where")


def signed_words(answer: CaseSigned) -> str:
    """Return which record was signed, and where that is."""
    words = tr("Record {number} is signed in {file}")
    return words.format(number=answer.head.number, file=answer.signature)
