"""Every command of the window, once: menus, tool bar, shortcut list and tests read it here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from redoscope_gui import plain, theme

__all__ = ["Command", "Commands"]


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Command:
    """One thing the user can ask for, wherever it is asked."""

    id: str
    """Name in code: `group.verb`."""
    title: str
    """Words of the menu, translated; an & marks the mnemonic, dots mean that a dialog follows."""
    handler: Callable[[], None]
    icon: str = ""
    shortcuts: tuple[str, ...] = ()
    enabled_when: Callable[[], bool] = _always
    checked_when: Callable[[], bool] | None = None
    """Makes it a switch that is on when this says so."""
    hint: str = ""
    """A sentence for tool tip and status bar."""
    needs: str = ""
    """What is missing where it is not enabled, in a few words."""
    title_now: Callable[[], str] | None = None
    """Words of the menu that tell more than `title` of what it would do now."""

    words: str = ""
    """Other words that it is looked for by."""
    pane: str = ""
    """Name of the pane that has keys of its own for it."""
    pane_keys: tuple[str, ...] = ()
    """Those keys: they do it while that pane has the focus, and are letters elsewhere."""
    heavy: bool = False
    """Whether it takes long or writes, so that it is never chosen by a few scattered letters."""

    @property
    def keys(self) -> str:
        """The key that does it, as it is shown; empty if there is none."""
        if self.shortcuts:
            return QKeySequence(self.shortcuts[0]).toString()
        return self.pane_keys[0] if self.pane_keys else ""

    @property
    def plain_title(self) -> str:
        """The title as a screen reader or a list says it."""
        title = self.title if self.title_now is None else self.title_now()
        return title.replace("&", "").rstrip("…").strip()


class Commands(QObject):
    """The registry. One QAction stands for each command, everywhere it appears."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._commands: dict[str, Command] = {}
        self._actions: dict[str, QAction] = {}
        self._holders: dict[str, Command] = {}

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands.values())

    def __getitem__(self, name: str) -> Command:
        return self._commands[name]

    def add(self, command: Command) -> QAction:
        """Take in *command* and return its action.

        Raises:
            ValueError: Its id or one of its shortcuts is taken.
        """
        if command.id in self._commands:
            raise ValueError(f"command {command.id!r} is there already")
        for keys in command.shortcuts:
            taken = self.holder(keys)
            if taken is not None:
                raise ValueError(f"{keys} of {command.id!r} belongs to {taken.id!r}")
        action = QAction(command.title, self)
        action.setObjectName(command.id)
        action.setShortcuts([QKeySequence(keys) for keys in command.shortcuts])
        action.setCheckable(command.checked_when is not None)
        plain.set_tip(action, *_tool_tip(command))
        plain.set_status_tip(action, command.hint)
        action.triggered.connect(lambda _checked=False: self.run(command.id))
        self._holders |= {_spelled(keys): command for keys in command.shortcuts}
        self._commands[command.id] = command
        self._actions[command.id] = action
        return action

    def action(self, name: str) -> QAction:
        """Return the action of command *name*."""
        return self._actions[name]

    def holder(self, keys: str) -> Command | None:
        """Return the command whose shortcut *keys* is."""
        return self._holders.get(_spelled(keys))

    def run(self, name: str) -> bool:
        """Do command *name*; return whether it was enabled."""
        command = self._commands[name]
        enabled = command.enabled_when()
        if enabled:
            command.handler()
        self.refresh()
        return enabled

    def refresh(self) -> None:
        """Ask every command whether it can be done now, and every switch whether it is on."""
        for command in self:
            action = self._actions[command.id]
            action.setEnabled(command.enabled_when())
            if command.title_now is not None:
                action.setText(plain.spelled(command.title_now()))
            if command.checked_when is not None:
                action.setChecked(command.checked_when())

    def redraw_icons(self) -> None:
        """Draw the icons in the colours of the theme."""
        for command in self:
            if command.icon:
                self._actions[command.id].setIcon(theme.icon(command.icon))


def _tool_tip(command: Command) -> list[str]:
    """Return the lines of it: title and keys, and what it does."""
    keys = command.keys
    first = f"{command.plain_title} ({keys})" if keys else command.plain_title
    return [first, command.hint] if command.hint else [first]


def _spelled(keys: str) -> str:
    """Return *keys* in the one spelling that Qt gives them."""
    return QKeySequence(keys).toString()
