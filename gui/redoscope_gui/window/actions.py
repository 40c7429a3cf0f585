"""The commands of the window: what each is called, when it can be done, what it does."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication

from redoscope_core import ContentIdMismatch, Leniency
from redoscope_gui import theme
from redoscope_gui.commands import Command, Commands
from redoscope_gui.window.doings import Doings
from redoscope_gui.window.pane_actions import pane_commands

__all__ = ["add_commands"]


def tr(text: str) -> str:
    """Translate *text* of a menu."""
    return QCoreApplication.translate("MainWindow", text)


def add_commands(commands: Commands, window: Doings) -> None:
    """Fill the registry."""
    for command in (
        *_file_commands(window),
        *_edit_commands(window),
        *_view_commands(window),
        *_zoom_commands(window),
        *_go_commands(window),
        *_generation_commands(window),
        *_chain_commands(window),
        *_link_commands(window),
        *pane_commands(window),
        *_help_commands(window),
    ):
        commands.add(command)
    commands.redraw_icons()
    commands.refresh()


def _file_commands(window: Doings) -> tuple[Command, ...]:
    session = window.session
    return (
        Command(
            "file.open",
            tr("&Open…"),
            window.questions.ask_disk,
            "hard-drive",
            ("Ctrl+O",),
            hint=tr("Open a .vmdk or a .vmx and the chain it belongs to"),
        ),
        Command(
            "file.open_folder",
            tr("Open &folder…"),
            window.questions.ask_folder,
            "folder-open",
            ("Ctrl+Shift+O",),
            hint=tr("Find every link in a folder"),
        ),
        Command(
            "file.sample",
            tr("Open &sample chain"),
            window.open_sample,
            "flask-conical",
            ("Ctrl+Shift+E",),
            hint=tr("A small chain that tells a story, made on the spot"),
        ),
        Command(
            "file.new_disk",
            tr("&New disk…"),
            window.questions.ask_disk_to_make,
            "plus",
            ("Ctrl+Shift+N",),
            hint=tr("Make an empty base disk"),
        ),
        Command(
            "file.reload",
            tr("&Read again"),
            session.reload,
            "rotate-cw",
            ("F5",),
            lambda: session.source is not None,
            hint=tr("Read everything from disk again"),
            needs=tr("nothing is open"),
        ),
        Command("file.quit", tr("&Quit"), window.quit, "log-out", ("Ctrl+Q",)),
    )


def _edit_commands(window: Doings) -> tuple[Command, ...]:
    deeds = window.session.deeds
    return (
        Command(
            "edit.undo",
            tr("&Undo"),
            deeds.undo,
            "undo-2",
            ("Ctrl+Z",),
            lambda: deeds.last is not None,
            hint=tr("Take back what was made in this window last, if nothing is lost by it"),
            needs=tr("nothing was made in this window"),
            title_now=lambda: f"{tr('&Undo')}: {deeds.words}" if deeds.last else tr("&Undo"),
        ),
    )


def _view_commands(window: Doings) -> tuple[Command, ...]:
    looks = window.looks
    return (
        Command(
            "view.dark",
            tr("&Dark"),
            lambda: looks.use_scheme(theme.DARK),
            "moon",
            checked_when=lambda: theme.scheme() == theme.DARK and not looks.follows_desktop,
            hint=tr("Light letters on a dark ground"),
        ),
        Command(
            "view.light",
            tr("&Light"),
            lambda: looks.use_scheme(theme.LIGHT),
            "sun",
            checked_when=lambda: theme.scheme() == theme.LIGHT and not looks.follows_desktop,
            hint=tr("Dark letters on a light ground"),
        ),
        Command(
            "view.system",
            tr("As the s&ystem"),
            looks.follow_desktop,
            "monitor",
            checked_when=lambda: looks.follows_desktop,
            hint=tr("The theme of the desktop, light or dark"),
        ),
        Command(
            "view.toggle",
            tr("Switch theme"),
            window.looks.toggle_scheme,
            "sun",
            ("Ctrl+Shift+T",),
            hint=tr("Dark or light"),
        ),
    )


def _zoom_commands(window: Doings) -> tuple[Command, ...]:
    return (
        Command(
            "view.zoom_in",
            tr("Larger &text"),
            lambda: window.looks.step_zoom(1),
            "zoom-in",
            ("Ctrl++", "Ctrl+="),
            lambda: theme.zoom() < theme.ZOOMS[-1],
            needs=tr("the text is as large as it gets"),
        ),
        Command(
            "view.zoom_out",
            tr("&Smaller text"),
            lambda: window.looks.step_zoom(-1),
            "zoom-out",
            ("Ctrl+-",),
            lambda: theme.zoom() > theme.ZOOMS[0],
            needs=tr("the text is as small as it gets"),
        ),
        Command(
            "view.zoom_reset",
            tr("&Usual text"),
            lambda: window.looks.use_zoom(1.0),
            "",
            ("Ctrl+0",),
            lambda: theme.zoom() != 1.0,
            needs=tr("the text has its usual size"),
        ),
    )


def _go_commands(window: Doings) -> tuple[Command, ...]:
    session = window.session

    def open_now() -> bool:
        return session.chain is not None

    return (
        Command(
            "go.back",
            tr("&Back"),
            session.back,
            "arrow-left",
            ("Alt+Left",),
            lambda: session.can_go_back,
            hint=tr("To the place before the last jump"),
            needs=tr("there was no jump before"),
        ),
        Command(
            "go.forward",
            tr("&Forward"),
            session.forward,
            "arrow-right",
            ("Alt+Right",),
            lambda: session.can_go_forward,
            needs=tr("no step back was made"),
        ),
        Command(
            "go.to",
            tr("&Go to…"),
            window.ask_destination,
            "crosshair",
            ("Ctrl+G", "Ctrl+L"),
            open_now,
            hint=tr("A byte, a sector (s123), a grain (g42), a share (50%), the end"),
            needs=tr("no chain is open"),
        ),
        Command(
            "go.command",
            tr("&Command…"),
            window.ask_command,
            "search",
            ("Ctrl+K",),
            hint=tr("Type a few letters of a command, a place or a link"),
        ),
    )


def _generation_commands(window: Doings) -> tuple[Command, ...]:
    session = window.session

    def open_now() -> bool:
        return session.chain is not None

    def last() -> int:
        return len(session.chain.links) - 1 if session.chain is not None else 0

    return (
        Command(
            "go.newer",
            tr("&Newer generation"),
            lambda: session.step_generation(1),
            "arrow-down-to-line",
            ("Alt+Down",),
            lambda: session.cursor.generation < last(),
            hint=tr("One link up the chain"),
            needs=tr("this is the newest generation"),
        ),
        Command(
            "go.older",
            tr("&Older generation"),
            lambda: session.step_generation(-1),
            "arrow-up-to-line",
            ("Alt+Up",),
            lambda: open_now() and session.cursor.generation > 0,
            hint=tr("One link down, towards the base disk"),
            needs=tr("this is the oldest generation"),
        ),
        Command(
            "go.tip",
            tr("&Tip"),
            lambda: session.select_generation(last()),
            "",
            ("Alt+End",),
            open_now,
            hint=tr("The newest generation"),
            needs=tr("no chain is open"),
        ),
        Command(
            "go.base",
            tr("B&ase disk"),
            lambda: session.select_generation(0),
            "",
            ("Alt+Home",),
            open_now,
            needs=tr("no chain is open"),
        ),
    )


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
            lambda: session.can_look_alone,
            checked_when=lambda: session.is_alone,
            hint=tr("Only what it stores; its parent need not be there. Again: the whole chain"),
            needs=tr("the chosen link has no parent"),
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
        ),
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


def _help_commands(window: Doings) -> tuple[Command, ...]:
    return (
        Command(
            "help.shortcuts",
            tr("&Keyboard shortcuts"),
            window.questions.show_shortcuts,
            "keyboard",
            ("F1",),
        ),
        Command("help.about", tr("&About Redoscope"), window.questions.show_about, "info"),
    )
