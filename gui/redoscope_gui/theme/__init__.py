"""How the window looks: colours by role, fonts, icons, the 4/8 px rhythm.

`colour(role)` answers for the theme in use; a widget repaints itself when its palette changes.
"""

from __future__ import annotations

from redoscope_gui.theme.buttons import IconButton, SwitchButton
from redoscope_gui.theme.colours import (
    DARK,
    LIGHT,
    ROLES,
    SCHEMES,
    branch_of,
    colour,
    link_colour,
    scheme,
    use_branches,
    use_scheme,
)
from redoscope_gui.theme.fonts import (
    ZOOMS,
    hex_font,
    load_fonts,
    number_font,
    small_font,
    title_font,
    ui_font,
    use_zoom,
    zoom,
)
from redoscope_gui.theme.icons import icon, icon_pixmap
from redoscope_gui.theme.numbers import amount, exact_amount, grouped
from redoscope_gui.theme.shapes import diamond
from redoscope_gui.theme.style import GAP, HALF, STEP, apply_theme, dressed, is_dressing, palette

__all__ = [
    "DARK",
    "GAP",
    "HALF",
    "LIGHT",
    "ROLES",
    "SCHEMES",
    "STEP",
    "ZOOMS",
    "IconButton",
    "SwitchButton",
    "amount",
    "apply_theme",
    "branch_of",
    "colour",
    "diamond",
    "dressed",
    "exact_amount",
    "grouped",
    "hex_font",
    "icon",
    "icon_pixmap",
    "is_dressing",
    "link_colour",
    "load_fonts",
    "number_font",
    "palette",
    "scheme",
    "small_font",
    "title_font",
    "ui_font",
    "use_branches",
    "use_scheme",
    "use_zoom",
    "zoom",
]
