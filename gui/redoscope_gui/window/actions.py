"""The commands of the window: what each is called, when it can be done, what it does."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from redoscope_gui import theme
from redoscope_gui.commands import Command, Commands
from redoscope_gui.window.byte_actions import byte_commands, edit_commands, problem_commands
from redoscope_gui.window.case_actions import case_commands
from redoscope_gui.window.cell_actions import cell_commands
from redoscope_gui.window.chain_actions import chain_commands
from redoscope_gui.window.compare_actions import compare_commands
from redoscope_gui.window.doings import Doings
from redoscope_gui.window.machine_actions import backup_commands, machine_commands
from redoscope_gui.window.map_actions import map_commands
from redoscope_gui.window.pane_actions import pane_commands
from redoscope_gui.window.search_actions import search_commands
from redoscope_gui.window.selection_actions import selection_commands

__all__ = ["add_commands"]


def tr(text: str) -> str:
    """Translate *text* of a menu."""
    return QCoreApplication.translate("MainWindow", text)


def add_commands(commands: Commands, window: Doings) -> None:
    """Fill the registry."""
    for command in (
        *_file_commands(window),
        *edit_commands(window),
        *selection_commands(window),
        *_view_commands(window),
        *_zoom_commands(window),
        *map_commands(window),
        *cell_commands(window),
        *compare_commands(window),
        *_go_commands(window),
        *byte_commands(window),
        *search_commands(window),
        *_generation_commands(window),
        *problem_commands(window),
        *chain_commands(window),
        *machine_commands(window),
        *backup_commands(window),
        *case_commands(window),
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
            "file.check_folder",
            tr("C&heck a folder…"),
            window.check_folder,
            "shield-alert",
            hint=tr("Open a folder, and list all that is wrong with the links in it"),
            words="broken damaged problems",
        ),
        Command(
            "file.recent",
            tr("Open r&ecent…"),
            lambda: window.ask_command(tr("Recent") + ":"),
            "history",
            (),
            lambda: bool(window.settings.recent),
            hint=tr("What was opened last"),
            needs=tr("nothing was opened before"),
        ),
        Command(
            "file.close",
            tr("&Close"),
            window.close_source,
            "x",
            ("Ctrl+W",),
            lambda: session.source is not None,
            hint=tr("Let go of what is open, and show the first page"),
            needs=tr("nothing is open"),
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


def _view_commands(window: Doings) -> tuple[Command, ...]:
    looks = window.looks
    return (
        Command(
            "view.dark",
            tr("&Dark"),
            lambda: looks.use_scheme(theme.DARK),
            "moon",
            checked_when=lambda: looks.scheme == theme.DARK and not looks.follows_desktop,
            hint=tr("Light letters on a dark ground"),
        ),
        Command(
            "view.light",
            tr("&Light"),
            lambda: looks.use_scheme(theme.LIGHT),
            "sun",
            checked_when=lambda: looks.scheme == theme.LIGHT and not looks.follows_desktop,
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
            hint=tr("The link that was made next, on this one"),
            needs=tr("this is the newest generation"),
        ),
        Command(
            "go.older",
            tr("&Older generation"),
            lambda: session.step_generation(-1),
            "arrow-up-to-line",
            ("Alt+Up",),
            lambda: open_now() and session.cursor.generation > 0,
            hint=tr("The link that this one was made on, towards the base disk"),
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


def _help_commands(window: Doings) -> tuple[Command, ...]:
    return (
        Command(
            "help.shortcuts",
            tr("&Keyboard shortcuts"),
            window.show_keys,
            "keyboard",
            ("F1",),
        ),
        Command("help.about", tr("&About Redoscope"), window.questions.show_about, "info"),
    )
