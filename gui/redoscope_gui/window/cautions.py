"""How far what is shown can be trusted: sentences that must not be forgotten while it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from redoscope_core import Form, Kind, Leniency

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_gui.session import Session

__all__ = ["cautions"]


def tr(text: str) -> str:
    """Translate *text*; a sentence is no widget."""
    return QCoreApplication.translate("Cautions", text)


def cautions(session: Session) -> list[str]:
    """Return what to know of the generation that *session* shows; nothing if it is whole."""
    chain = session.generation_chain
    if session.chain is None or chain is None:
        return []
    policy, told = session.policy, []
    if session.is_alone:
        told.append(
            tr("%s alone: for what it does not store it asks its parent, which is not shown.")
            % chain.path.name
        )
    if policy.allows(Leniency.CID_MISMATCH):
        told.append(
            tr(
                "Opened although content IDs differ: a parent may have been written after its "
                "child was made, so what you read may never have been on a disk."
            )
        )
        if unfit := _unfit(session):
            told.append(tr("That is so of %s.") % ", ".join(unfit))
    if policy.allows(Leniency.DIRTY_JOURNAL):
        told.append(
            tr(
                "Opened without replaying the journal: the newest writes to an SESparse link may "
                "be missing or half there."
            )
        )
    if policy.allows(Leniency.REDUNDANT):
        told.append(
            tr(
                "Grain tables that are damaged are read by their redundant copies; the Problems "
                "pane tells how much is taken from these."
            )
        )
    if policy.allows(Leniency.SALVAGE):
        told.append(
            tr(
                "Opened for what can be read: files or tables are missing or damaged, and what "
                "they held is hatched as unreadable."
            )
        )
    if policy.allows(Leniency.OUTSIDE):
        told.append(tr("Names that lead out of the folder are followed."))
    told += [told_of for link in chain.links if (told_of := _of_link(session, link.path))]
    if salvaged := [link.path.name for link in chain.links if link.is_salvaged]:
        told.append(
            tr(
                "%s has lost its directory, so its grains were found one by one: what is shown is "
                "what was found."
            )
            % ", ".join(salvaged)
        )
    return told


def _unfit(session: Session) -> list[str]:
    """Return the links of the chain that were not made from their parents."""
    chain, forest = session.generation_chain, session.forest
    if chain is None or forest is None:
        return []
    nodes = (forest.nodes.get(link.path) for link in chain.links)
    return [
        node.path.name
        for node in nodes
        if node is not None and any(fault.kind is Kind.WRONG_CID for fault in node.faults)
    ]


def _of_link(session: Session, path: Path) -> str:
    """Return what is to be said of the link at *path* for its kind."""
    node = None if session.forest is None else session.forest.nodes.get(path)
    form = None if node is None else node.form
    words = {
        Form.ELSEWHERE: tr("The data of %s lies elsewhere: only its descriptor can be shown."),
        Form.ENCRYPTED: tr("%s is encrypted: only its descriptor can be shown."),
        Form.BARE: tr(
            "%s was opened alone, without its descriptor: whether it has a parent is not known, "
            "and what it does not store is shown as zeros."
        ),
    }
    return words[form] % path.name if form in words else ""
