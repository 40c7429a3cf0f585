"""The commands of the Chain menu: what is made, cured and told of links."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, Qt

from redoscope_core import ContentIdMismatch, Leniency
from redoscope_gui.commands import Command
from redoscope_gui.session import Problem, Remedy
from redoscope_gui.window.doings import Doings

__all__ = ["chain_commands"]


def tr(text: str) -> str:
    """Translate *text* of a menu."""
    return QCoreApplication.translate("MainWindow", text)


def chain_commands(window: Doings) -> tuple[Command, ...]:
    """Return the commands about chains and links."""
    return (*_chain_commands(window), *_cure_commands(window), *_link_commands(window))


def _chain_commands(window: Doings) -> tuple[Command, ...]:
    session = window.session

    return (
        Command(
            "chain.create_child",
            tr("&Create child…"),
            window.questions.ask_child,
            "git-branch-plus",
            ("Ctrl+N",),
            lambda: session.chain is not None,
            hint=tr("A new link on the chosen one; the chosen one does not change"),
            needs=tr("no chain is open"),
        ),
        Command(
            "chain.attach",
            tr("&Attach…"),
            window.questions.ask_attach,
            "link-2",
            ("Ctrl+Shift+A",),
            lambda: session.forest is not None,
            hint=tr("Join a child to a parent"),
            needs=tr("nothing is open"),
        ),
        Command(
            "chain.open_anyway",
            tr("Open an&yway"),
            partial(session.allow, Leniency.CID_MISMATCH),
            "shield-alert",
            (),
            lambda: session.chain is None and isinstance(session.chain_error, ContentIdMismatch),
            hint=tr("Read the chain although content IDs differ"),
            needs=tr("no content ID is wrong"),
        ),
        Command(
            "chain.look_alone",
            tr("&Look at this link alone"),
            lambda: session.look_at_chain() if session.is_alone else session.look_alone(),
            "unlink",
            (),
            lambda: session.scene.can_look_alone,
            checked_when=lambda: session.is_alone,
            hint=tr("Only what it stores; its parent need not be there. Again: the whole chain"),
            needs=tr("the chosen link has no parent"),
        ),
    )


def _cure_commands(window: Doings) -> tuple[Command, ...]:
    session = window.session

    def sought() -> Problem | None:
        return next((p for p in session.problems if Remedy.LOCATE_PARENT in p.remedies), None)

    def locate() -> None:
        problem = sought()
        if problem is not None:
            window.cure(Remedy.LOCATE_PARENT, problem)

    return (
        Command(
            "chain.locate_parent",
            tr("L&ocate the missing parent…"),
            locate,
            "search",
            (),
            lambda: sought() is not None,
            hint=tr("Name a folder in which it is looked for by its content ID"),
            needs=tr("no parent is missing"),
            words="parent",
        ),
        Command(
            "chain.salvage",
            tr("Open &what can be read"),
            partial(session.allow, Leniency.SALVAGE),
            "shield-alert",
            (),
            lambda: session.forest is not None and not session.policy.allows(Leniency.SALVAGE),
            hint=tr("What is missing or damaged is left out and told, never made up"),
            needs=tr("nothing is open, or it is done already"),
            words="salvage rescue damaged",
        ),
        Command(
            "chain.take_back",
            tr("Refu&se again what was allowed"),
            lambda: session.take_back(session.policy.allowed),
            "",
            (),
            lambda: bool(session.policy.allowed),
            hint=tr("Read everything again, as strictly as at first"),
            needs=tr("nothing was allowed"),
            words="strict take back",
        ),
    )


def _link_commands(window: Doings) -> tuple[Command, ...]:
    session = window.session

    def link_chosen() -> bool:
        return session.cursor.path is not None

    return (
        Command(
            "chain.hash",
            tr("&Hash this generation"),
            window.hash_generation,
            "binary",
            ("Ctrl+H",),
            lambda: session.chain is not None and not session.is_alone,
            hint=tr("SHA-256 of the whole disk as it reads here, worked out in the background"),
            needs=tr("no whole chain is open"),
            words="sha256 digest",
            heavy=True,
        ),
        Command(
            "chain.unreadable",
            tr("List what can't &be read…"),
            window.list_unreadable,
            "file-x",
            (),
            lambda: session.chain is not None and not session.is_alone,
            hint=tr("Reads all that is stored; writes each area that fails, with its cause"),
            needs=tr("no whole chain is open"),
            heavy=True,
        ),
        _changes_command(window),
        Command(
            "chain.copy_path",
            tr("Copy &path"),
            window.copy_path,
            "copy",
            ("Ctrl+Shift+C",),
            link_chosen,
            needs=tr("no link is chosen"),
        ),
        Command(
            "chain.reveal",
            tr("Show in the &file manager"),
            window.reveal,
            "folder",
            (),
            link_chosen,
            needs=tr("no link is chosen"),
        ),
    )


def _changes_command(window: Doings) -> Command:
    session, panes = window.session, window.panes

    def list_changes() -> None:
        if not panes.guests.changes.in_front:
            window.toggle_pane(panes.guests.changes)
        panes.guests.changes_view.since.setFocus(Qt.FocusReason.ShortcutFocusReason)

    return Command(
        "chain.changes",
        tr("Cha&nges since…"),
        list_changes,
        "list-tree",
        ("Ctrl+Shift+D",),
        lambda: session.chain is not None and not session.is_alone,
        hint=tr("What changed since a link, a snapshot or a change id, as a list"),
        needs=tr("no whole chain is open"),
        words="cbt tracking delta areas",
    )
