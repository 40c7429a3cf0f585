"""One link as the chain tree shows it: its badges, and its words for eyes, ears and the mouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor

from redoscope_core import SECTOR, Form, Kind, Severity, sentences
from redoscope_gui import plain, theme
from redoscope_gui.requests import LinkCount
from redoscope_gui.views.chain.kinds import kind_words, track_words
from redoscope_gui.views.chain.rails import Row

if TYPE_CHECKING:
    from redoscope_core import Finding, Forest, Node

__all__ = [
    "Badge",
    "Column",
    "LinkRow",
    "badges_of",
    "machines_on",
    "misfit_of",
    "sought",
    "spoken",
    "text_of",
    "tool_tip",
]

_FAULT_BADGES = {
    "missing-parent": "orphan",
    "merged": "merged",
    "damaged": "damaged",
    "wrong-cid": "wrong CID",
    "capacity": "capacity",
    "loop": "loop",
    "unreadable": "unreadable",
    "bare": "no descriptor",
}
_NOT_HERE = {Form.ELSEWHERE: "elsewhere", Form.ENCRYPTED: "encrypted"}
"""What is said of links whose bytes nobody can read here."""


def tr(text: str) -> str:
    """Translate *text*; a row has no widget to ask."""
    return QCoreApplication.translate("ChainRows", text)


class Column(IntEnum):
    """The columns, from the left."""

    NAME = 0
    CHANGED = 1
    STORED = 2


@dataclass(frozen=True, slots=True)
class Badge:
    """A word beside the name; *role* is its colour in the theme."""

    text: str
    role: str


@dataclass(frozen=True, slots=True)
class LinkRow:
    """All that is shown of one link."""

    row: Row
    node: Node
    badges: tuple[Badge, ...]
    on_path: bool
    """Whether it belongs to the chosen chain."""
    chosen: bool
    """Whether its generation is shown."""
    count: LinkCount | None
    machines: tuple[str, ...] = ()
    """What the machines are called that run on it."""
    branch: int = 0
    """Which branch of its family it is on; 0 is the main one."""

    @property
    def tint(self) -> QColor:
        """Its colour, which no link of the same generation on another branch has."""
        return theme.link_colour(self.row.generation, self.branch)

    @property
    def is_broken(self) -> bool:
        """Whether it can't be read, or not whole."""
        return any(fault.severity is Severity.LOST for fault in self.node.faults)

    @property
    def changed_bytes(self) -> int | None:
        """Bytes of the disk that the link decides, once they are counted and if they can be."""
        if self.count is None or (self.count.unreadable and not self.count.changed):
            return None
        return self.count.changed * SECTOR

    @property
    def stored_bytes(self) -> int | None:
        """Bytes that the link's own tables store as data, once they are counted."""
        return None if self.count is None else self.count.data * SECTOR

    @property
    def share(self) -> float:
        """How much of the disk it decides; by its file until that is counted."""
        capacity = (self.node.capacity or 0) * SECTOR
        part = self.node.stored_bytes if self.count is None else self.changed_bytes or 0
        return min(part / capacity, 1.0) if capacity else 0.0


def machines_on(forest: Forest) -> dict[Path, tuple[str, ...]]:
    """Return what the machines are called that run on each link of *forest*, by its path."""
    found: dict[Path, tuple[str, ...]] = {}
    for machine in forest.machines:
        for path in machine.runs_on:
            found[path] = (*found.get(path, ()), machine.name or machine.path.stem)
    return found


def badges_of(
    row: Row, node: Node, count: LinkCount | None, machines: Sequence[str] = ()
) -> tuple[Badge, ...]:
    """Return the badges of a link, what is wrong with it first."""
    made = list(dict.fromkeys(_fault_badge(fault) for fault in node.faults))
    if node.form in _NOT_HERE:
        made.append(Badge(tr(_NOT_HERE[node.form]), "warning"))
    elif count is not None and count.unreadable:
        made.append(Badge(tr("damaged"), "danger"))
    if node.in_use:
        made.append(Badge(tr("locked"), "warning"))
    made += [Badge(tr("VM %s") % plain.shortened(name), "accent") for name in machines]
    if node.parent is None and node.capacity is not None and _is_base(node):
        made.append(Badge(tr("base"), "dim"))
    if row.branch:
        made.append(Badge(tr("branch"), "accent"))
    if not node.children and node.capacity is not None:
        made.append(Badge(tr("tip"), "good"))
    elif node.children:
        made.append(Badge(tr("frozen"), "dim"))
    if node.track is not None:
        made.append(Badge(tr("tracked"), "dim"))
    return tuple(made)


def _fault_badge(fault: Finding) -> Badge:
    if fault.kind is Kind.WRONG_CID and fault.severity is not Severity.LOST:
        return Badge(tr("CID allowed"), "warning")
    return Badge(tr(_FAULT_BADGES.get(fault.kind.value, fault.kind.value)), "danger")


def misfit_of(node: Node) -> Finding | None:
    """Return why its parent is not what *node* was made from; of less severity if allowed."""
    return next((fault for fault in node.faults if fault.kind is Kind.WRONG_CID), None)


def _is_base(node: Node) -> bool:
    """Whether it is known to have no parent: an extent alone may have one."""
    return not node.is_child and node.form not in {None, Form.BARE}


def text_of(link: LinkRow, column: int) -> str:
    """Return what stands in *column*."""
    if column == Column.NAME:
        return plain.spelled(link.row.path.name)
    if column == Column.STORED:
        return "" if link.stored_bytes is None else theme.amount(link.stored_bytes)
    changed = link.changed_bytes
    return "" if changed is None else theme.amount(changed)


def sought(link: LinkRow) -> str:
    """Return the letters that the filter finds *link* by."""
    node = link.node
    cid = "" if node.cid is None else f"{node.cid:08x}"
    words = " ".join(badge.text for badge in link.badges)
    return f"{link.row.path.name} {node.comment} {words} {cid} {kind_words(node)}".casefold()


def spoken(link: LinkRow, column: int) -> str:
    """Return what a screen reader says of *column*."""
    if column != Column.NAME:
        return text_of(link, column)
    words = [link.row.path.name, tr("generation %d") % link.row.generation]
    if link.node.is_child or _is_base(link.node):
        words.append(tr("child disk") if link.node.is_child else tr("base disk"))
    words.extend(badge.text for badge in link.badges)
    words.extend(_machine_words(link))
    words.append(kind_words(link.node))
    if link.node.comment:
        words.append(link.node.comment)
    return plain.spelled(", ".join(words))


def tool_tip(link: LinkRow) -> str:
    """Return all that is known of *link* without opening its chain."""
    node = link.node
    lines = [str(link.row.path), tr("Kind: %s") % kind_words(node)]
    lines.extend(_machine_words(link))
    if node.comment:
        lines.append(node.comment)
    if node.capacity is not None:
        lines.append(tr("Capacity %s") % theme.exact_amount(node.capacity * SECTOR))
    if link.stored_bytes is not None:
        lines.append(tr("Stored %s") % theme.exact_amount(link.stored_bytes))
    lines.append(tr("On the storage %s") % theme.exact_amount(node.stored_bytes))
    if link.count is not None:
        changed = theme.exact_amount(link.count.changed * SECTOR)
        lines.append(tr("Changed %s, %.2f%% of the disk") % (changed, link.share * 100))
        if link.count.unreadable:
            lost = theme.exact_amount(link.count.unreadable * SECTOR)
            lines.append(tr("Unreadable %s") % lost)
        if link.count.zero:
            lines.append(tr("of these zeroed %s") % theme.exact_amount(link.count.zero * SECTOR))
    if node.cid is not None:
        lines.append(tr("CID %08x") % node.cid)
    if node.track is not None:
        lines.extend(track_words(node.track))
    lines.extend(f"{sentences.text(f)}; {sentences.cure(f)}" for f in node.faults)
    return plain.tip(*lines)


def _machine_words(link: LinkRow) -> list[str]:
    return [tr("The machine %s runs on this") % name for name in link.machines]
