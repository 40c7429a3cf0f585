"""The glyph of each kind of link, and its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from redoscope_core import Form

if TYPE_CHECKING:
    from redoscope_core import ChangeTrack, Node

__all__ = ["GLYPHS", "UNKNOWN", "glyph_of", "kind_words", "track_words"]

GLYPHS = {
    Form.SPARSE: "kind-sparse",
    Form.SPLIT_SPARSE: "kind-split-sparse",
    Form.FLAT: "kind-flat",
    Form.SPLIT_FLAT: "kind-split-flat",
    Form.STREAM: "kind-stream",
    Form.COWD: "kind-cowd",
    Form.SESPARSE: "kind-sesparse",
    Form.FOREIGN_CHILD: "kind-virtualbox",
    Form.ELSEWHERE: "kind-elsewhere",
    Form.ENCRYPTED: "kind-encrypted",
    Form.BARE: "kind-bare",
    Form.MIXED: "kind-mixed",
}
"""Name of the icon by form."""
UNKNOWN = "file-x"
"""The icon of a file that can't be read as a link."""


def tr(text: str) -> str:
    """Translate *text*; a model of plain rows has no widget to ask."""
    return QCoreApplication.translate("ChainRows", text)


def glyph_of(node: Node) -> str:
    """Return the name of the icon that stands for the kind of *node*."""
    return UNKNOWN if node.form is None else GLYPHS[node.form]


def kind_words(node: Node) -> str:
    """Return the kind of *node* in words, with its createType if it has one."""
    if node.form is None:
        return tr("not readable as a link")
    words = {
        Form.SPARSE: tr("one sparse file"),
        Form.SPLIT_SPARSE: tr("sparse, in pieces"),
        Form.FLAT: tr("every byte in one file"),
        Form.SPLIT_FLAT: tr("every byte, in pieces"),
        Form.STREAM: tr("compressed stream"),
        Form.COWD: tr("ESX copy-on-write file"),
        Form.SESPARSE: tr("ESX space-efficient file"),
        Form.FOREIGN_CHILD: tr("child made by VirtualBox"),
        Form.ELSEWHERE: tr("the data lies elsewhere"),
        Form.ENCRYPTED: tr("encrypted"),
        Form.BARE: tr("an extent without its descriptor"),
        Form.MIXED: tr("extents of several types"),
    }[node.form]
    # What a descriptor that is made up calls it, tells nothing.
    return words if node.form is Form.BARE or not node.kind else f"{node.kind}, {words}"


def track_words(track: ChangeTrack) -> list[str]:
    """Return the lines that tell what is known of the change tracking file of a link."""
    if track.header is None:
        return [tr("Change tracking file: %s") % track.error]
    lines = [tr("Change tracking file %s, never used to read data:") % track.path.name]
    for row in track.header.rows:
        meaning = f" ({tr(row.meaning)})" if row.meaning else ""
        lines.append(
            "    " + tr("byte %d, %s: %s") % (row.offset, tr(row.name), row.value) + meaning
        )
    return lines
