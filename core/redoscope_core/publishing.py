"""The public names of a package: each written once, in its stub, and imported when first used."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["published"]


def published(package: str, file: str) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return `__getattr__` and `__dir__` for the *package* whose `__init__` is *file*.

    The stub beside it has a line for each name, `from HOME import NAME as NAME`: type checkers and
    editors read it as it is, and here it tells which module a name is to be had from. So a package
    may offer all it has, and whoever imports it waits only for what is used.
    """
    known: dict[str, str] = {}

    def homes() -> dict[str, str]:
        if not known:
            known.update(_homes_in(file))
        return known

    def get(name: str) -> object:
        """Import a public name from the module it lives in."""
        if name == "__all__":
            return sorted(homes())
        home = homes().get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found: object = getattr(import_module(home), name)
        setattr(sys.modules[package], name, found)
        return found

    return get, lambda: sorted(homes())


def _homes_in(file: str) -> dict[str, str]:
    """Return the module of each name that the stub beside *file* hands on."""
    from pathlib import Path  # noqa: PLC0415 - the version is told in less time than this takes

    found = {}
    home = ""
    for line in Path(file).with_suffix(".pyi").read_text(encoding="utf-8").splitlines():
        # The formatter breaks a line that is too long: the name is below the module then.
        if line.startswith("from "):
            home = line.split()[1]
        _, handed_on, name = line.partition(" as ")
        if handed_on:
            found[name.rstrip(",")] = home
    return found
