"""Options that a kind of disk has no use for: refused where they are given, never dropped."""

from __future__ import annotations

import click
from click.core import ParameterSource

__all__ = ["refuse_dropped"]


def refuse_dropped(kind: str, *names: str) -> None:
    """Refuse those options of the running command, by the *names* it takes them as, that are given.

    Raises:
        UsageError: One is: disks of the *kind* have nothing that it would change.
    """
    context = click.get_current_context()
    for name in names:
        source = context.get_parameter_source(name)
        if source is not None and source is not ParameterSource.DEFAULT:
            option = f"--{name.replace('_', '-')}"
            raise click.UsageError(f"{option} has no meaning for a {kind} disk; leave it out")
