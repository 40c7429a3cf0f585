"""Every colour of the window, once, by role, for both themes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QColor

__all__ = [
    "DARK",
    "LIGHT",
    "ROLES",
    "SCHEMES",
    "branch_of",
    "colour",
    "link_colour",
    "scheme",
    "use_branches",
    "use_scheme",
]

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
    "ticked": ("#5aa9e6", "#a9d0f5"),
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
    "inherited": ("#545c67", "#b1b9c3"),
    "this": ("#ffb000", "#e08a00"),
    "other": ("#5aa9e6", "#2f7fc4"),
    "zero": ("#efeaff", "#3a3352"),
    "bad": ("#c21f3f", "#9c0f36"),
    "hatch": ("#e6e8eb", "#ffffff"),
    "changed": ("#5a4200", "#ffe3a3"),
    "changed_text": ("#ffd479", "#4a3300"),
    # The bookmarks of a case, by the names that the engine has for them.
    "mark_red": ("#ff6b6b", "#c92a2a"),
    "mark_orange": ("#ff9f43", "#b85c00"),
    "mark_yellow": ("#f5d94a", "#8a7200"),
    "mark_green": ("#6bcf7f", "#2b7a39"),
    "mark_teal": ("#3fc9c0", "#0b7a74"),
    "mark_blue": ("#6ea8fe", "#1c5fc4"),
    "mark_violet": ("#b78cf7", "#6f3cc3"),
    "mark_grey": ("#a3abb5", "#5c6670"),
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
    ("#8c00ff", "#4c000d"),
    ("#f2f233", "#400059"),
    ("#408066", "#8c00ff"),
    ("#e6a626", "#99d900"),
    ("#d9b2cc", "#8c73ff"),
    ("#a626b2", "#8c9900"),
    ("#80a680", "#a60d8c"),
    ("#8cff66", "#260080"),
    ("#bfccff", "#ffa699"),
    ("#804cf2", "#730000"),
    ("#cc7399", "#400d26"),
    ("#66bf4c", "#5900bf"),
    ("#a68cff", "#b28cff"),
    ("#ccffa6", "#a68040"),
    ("#bfbf8c", "#f27399"),
    ("#ff261a", "#bfbf40"),
    ("#2673cc", "#f200bf"),
    ("#d999a6", "#7340e6"),
    ("#d9cc00", "#26598c"),
    ("#ff8c4c", "#009973"),
    ("#b21a99", "#cc80b2"),
    ("#8cb2d9", "#a640d9"),
    ("#b2ffd9", "#661a8c"),
    ("#6659d9", "#805966"),
)
# In normal, protan, deutan and tritan sight: no two of the first seven are nearer to each other
# than 20 (Delta E 1976), no two of all 31 nearer than 9.9, none to one of the three before it than
# 15, and none to what else the map shows beside it than 15.

_state = {"scheme": DARK}
_branches: list[int] = []


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


def use_branches(numbers: Sequence[int]) -> None:
    """Make *numbers* the branch of each link of the chain on screen, base disk first."""
    _branches[:] = numbers


def branch_of(index: int) -> int:
    """Return the branch of the link at *index* of the chain on screen; 0 is the main one."""
    return _branches[index] if 0 <= index < len(_branches) else 0


def link_colour(index: int, branch: int | None = None) -> QColor:
    """Return the colour of the link at *index* of its chain; 0 is the base disk.

    Without *branch* it is a link of the chain on screen. Links of one generation on two branches
    have two colours. A link keeps its colour when children are added. A chain of 32 links, the
    most that is advised, shows no colour twice; in a longer one they come round again, so a number
    or a name stands beside them.
    """
    shift = index - 1 + (branch_of(index) if branch is None else branch)
    pair = _BASE_LINK if index <= 0 else _CHILD_LINKS[shift % len(_CHILD_LINKS)]
    return QColor(pair[SCHEMES.index(scheme())])
