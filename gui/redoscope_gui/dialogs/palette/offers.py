"""What the palette offers for the letters typed: commands, and whatever the window adds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from redoscope_gui.commands import Command, Commands
from redoscope_gui.dialogs.palette.fuzzy import Fit, fit_any

__all__ = ["Offer", "Source", "command_offers", "sorted_offers"]

_PLAIN = Fit(0.0)


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of the palette."""

    title: str
    run: Callable[[], object]
    detail: str = ""
    """Dim words behind the title."""
    keys: str = ""
    icon: str = ""
    obstacle: str = ""
    """Why it can't be done now; empty if it can."""
    fit: Fit = _PLAIN
    heavy: bool = False
    """Whether it takes long or writes."""

    def is_meant(self, needle: str) -> bool:
        """Return whether *needle* may choose it: what is heavy wants its first letters."""
        return not self.heavy or self.title.casefold().startswith(needle.casefold().strip())

    @property
    def enabled(self) -> bool:
        """Whether it can be done now."""
        return not self.obstacle


Source = Callable[[str], Sequence[Offer]]
"""Returns the offers that fit the letters typed."""


def command_offers(
    commands: Commands, otherwise: str, left_out: Iterable[str] = ()
) -> Callable[[str], Sequence[Offer]]:
    """Return the source of the commands of the registry.

    *otherwise* is said of a command that can't be done and does not say what it needs.
    """
    hidden = frozenset(left_out)

    def offers(needle: str) -> Sequence[Offer]:
        found = []
        for command in commands:
            how = fit_any(needle, command.plain_title, command.words)
            if how is not None and command.id not in hidden:
                found.append(_offer(commands, command, how, otherwise))
        return found

    return offers


def _offer(commands: Commands, command: Command, how: Fit, otherwise: str) -> Offer:
    enabled = command.enabled_when()
    return Offer(
        command.plain_title,
        partial(commands.run, command.id),
        command.hint,
        command.keys,
        command.icon,
        "" if enabled else command.needs or otherwise,
        how,
        command.heavy,
    )


def sorted_offers(needle: str, sources: Iterable[Source]) -> list[Offer]:
    """Return what all *sources* offer for *needle*: what can be done first, then by how it fits.

    What is heavy stands behind all else unless its first letters were typed.
    """
    found = [offer for source in sources for offer in source(needle)]

    def place(offer: Offer) -> tuple[bool, bool, float]:
        return not offer.enabled, not offer.is_meant(needle), -offer.fit.score

    return sorted(found, key=place)
