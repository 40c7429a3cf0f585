"""Every colour of the window, once, by role, for both themes."""

from __future__ import annotations

from PySide6.QtGui import QColor

__all__ = ["DARK", "LIGHT", "ROLES", "SCHEMES", "colour", "link_colour", "scheme", "use_scheme"]

DARK = "dark"
LIGHT = "light"
SCHEMES = (DARK, LIGHT)

ROLES: dict[str, tuple[str, str]] = {
    "window": ("#16181b", "#eceef1"),
    "panel": ("#1b1d21", "#f7f8fa"),
    "field": ("#131518", "#ffffff"),
    "raised": ("#282c32", "#ffffff"),
    "hover": ("#30353c", "#e4e8ed"),
    "line": ("#2d3138", "#d5dae0"),
    "line_strong": ("#434a54", "#b4bcc6"),
    "text": ("#e6e8eb", "#1b1f24"),
    "dim": ("#9aa3ad", "#5c6670"),
    "faint": ("#737c87", "#7b8590"),
    "accent": ("#5aa9e6", "#1f6bb0"),
    "accent_text": ("#0d1318", "#ffffff"),
    "selection": ("#24476b", "#cfe3fb"),
    "selection_text": ("#ffffff", "#10243a"),
    "selection_idle": ("#2a313a", "#e0e6ee"),
    "cursor": ("#ffffff", "#0b3d75"),
    "good": ("#5fbf8f", "#1d7a4f"),
    "warning": ("#f2b84b", "#8a5a00"),
    "danger": ("#ff7b93", "#b3123f"),
    "banner": ("#3a2f14", "#fff1cf"),
    "banner_text": ("#ffdf9e", "#5e3d00"),
    # What the map and the hex view tell apart.
    "absent": ("#22252a", "#f6f7f9"),
    "inherited": ("#545c67", "#c3c9d0"),
    "this": ("#ffb000", "#e08a00"),
    "other": ("#5aa9e6", "#2f7fc4"),
    "zero": ("#efeaff", "#3a3352"),
    "bad": ("#c21f3f", "#9c0f36"),
    "changed": ("#5a4200", "#ffe3a3"),
    "changed_text": ("#ffd479", "#4a3300"),
}
"""Colour of each role: in the dark theme, in the light theme."""

_BASE_LINK = ROLES["inherited"]
_CHILD_LINKS: tuple[tuple[str, str], ...] = (
    ("#5aa9e6", "#2f7fc4"),
    ("#a0e175", "#ccac5e"),
    ("#7c75f5", "#4c3db3"),
    ("#22f2b1", "#e4576e"),
    ("#dc3eac", "#6f6503"),
    ("#9ba061", "#24bfe8"),
    ("#9a7704", "#ab5c8b"),
)
# Neighbours alternate in lightness. The smallest distance of any two of them, and of each to every
# map role but "other", is 20 (Delta E 1976) in normal, protan, deutan and tritan sight.

_state = {"scheme": DARK}


def scheme() -> str:
    """Return the theme in use: DARK or LIGHT."""
    return _state["scheme"]


def use_scheme(name: str) -> None:
    """Make *name* the theme that `colour` answers for; widgets are told by their palette."""
    if name not in SCHEMES:
        raise ValueError(f"no theme {name!r}: there are {', '.join(SCHEMES)}")
    _state["scheme"] = name


def colour(role: str) -> QColor:
    """Return the colour of *role* in the theme in use."""
    return QColor(ROLES[role][SCHEMES.index(scheme())])


def link_colour(index: int) -> QColor:
    """Return the colour of the link at *index* of its chain; 0 is the base disk.

    A link keeps its colour when children are added. After the seventh child the colours come round
    again, so a number or a name stands beside them.
    """
    pair = _BASE_LINK if index <= 0 else _CHILD_LINKS[(index - 1) % len(_CHILD_LINKS)]
    return QColor(pair[SCHEMES.index(scheme())])
