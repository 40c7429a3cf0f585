"""The command that shows another one as code: code. Nothing of what is shown is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from redoscope_core.cli.choices import LANGUAGE, LANGUAGES
from redoscope_core.cli.parameters import as_json
from redoscope_core.cli.printing import print_json, say
from redoscope_core.cli.telling import ask_documents
from redoscope_core.cli.words import COMMANDS, meant_by
from redoscope_core.errors import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redoscope_core.cli.deeds_of import Asked
    from redoscope_core.code import Deed

__all__ = ["code"]

_JSON, _END = "--json", "--"
_HARMLESS = frozenset({"heads", "show_all", "plain"})
"""Options that change how an answer is printed, and not what is done."""
_TITLES = {
    "command": "as a command",
    "python": "in Python",
    "c": "in C, with the vendor's library",
}


@click.command(
    name="code",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.option("--in", "language", type=LANGUAGE, help="In this language alone.")
@as_json
@click.argument("words", nargs=-1, required=True, type=click.UNPROCESSED, metavar="WORD [ARGS...]")
@click.pass_context
def code(
    context: click.Context, language: str | None, json_output: bool, words: tuple[str, ...]
) -> None:
    """Show a command as code: in Python, and in the vendor's C.

    `redoscope code child base.vmdk kid.vmdk` shows what `redoscope child base.vmdk kid.vmdk`
    would do, and does nothing. Where the vendor has no way the C is a remark that tells what its
    way is. The Python runs with this package, the C compiles with the headers of VixDiskLib.
    """
    from redoscope_core.code import as_code
    from redoscope_core.code.quoting import shell_word

    if _JSON in words[: words.index(_END) if _END in words else None]:
        # Of a document there is but one: it is asked for wherever the word stands.
        json_output = ask_documents(context, context.command.params[0], value=True)
        words = tuple(word for word in words if word != _JSON)
    shown = as_code(*_deeds(context, words))
    typed = " ".join(map(shell_word, ("redoscope", *words)))
    texts = {"command": f"{typed}\n", "python": shown.python, "c": shown.c}
    wanted = LANGUAGES if language is None else (language,)
    if json_output:
        print_json({each: texts[each] for each in wanted})
        return
    for number, each in enumerate(wanted):
        if language is None:
            say(*([""] if number else []), f"--- {_TITLES[each]}", "")
        say(*texts[each].rstrip("\n").split("\n"))


def _deeds(context: click.Context, words: Sequence[str]) -> Sequence[Deed]:
    """Return what the call of *words* would do.

    Raises:
        UsageError: It is no call, or one that is shown in no code.
    """
    from redoscope_core.cli.deeds_of import DEEDS, Asked

    root = context.find_root()
    group = root.command
    name, rest = words[0], list(words[1:])
    command = group.get_command(root, name) if isinstance(group, click.Group) else None
    if command is None:
        told = f"{printable(name)!r} is no command"
        meant = meant_by(name) or f"there are {', '.join(COMMANDS)}"
        raise click.UsageError(f"{told}; {meant}", context)
    while isinstance(command, click.Group) and rest:
        below = command.get_command(context, rest[0])
        if below is None:
            break
        command, name = below, f"{name} {rest.pop(0)}"
    if name not in DEEDS:
        told = f"`{name}` is shown in no code; there are {', '.join(DEEDS)}"
        raise click.UsageError(told, context)
    with command.make_context(name, rest, parent=context) as called:
        asked = Asked(called.params, called.args)
        deeds = DEEDS[name](asked)
        if not deeds:
            raise click.UsageError(f"`{name}` works on something: name it", called)
        _refuse_untold(called, asked, name)
    return deeds


def _refuse_untold(called: click.Context, asked: Asked, name: str) -> None:
    """Raise an error if something was given that is not in the code: it would be another thing."""
    for parameter in called.command.params:
        if not parameter.expose_value or parameter.name in asked.used | _HARMLESS:
            continue
        if called.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE:
            told = f"`{name}` with {parameter.opts[0]} is shown in no code; leave it out"
            raise click.UsageError(told, called)
