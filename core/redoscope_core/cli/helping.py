"""Commands about the command itself: help, version, completion."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from redoscope_core.cli.choices import SHELL
from redoscope_core.cli.parameters import WORD
from redoscope_core.cli.printing import say
from redoscope_core.cli.words import VERSION

__all__ = ["completion", "completion_script", "help_word", "version"]


@click.command(name="help")
@click.argument("word", type=WORD, required=False)
@click.option("--man", is_flag=True, help="Print all of it as a manual page, in roff.")
@click.pass_context
def help_word(context: click.Context, word: str | None, man: bool) -> None:
    """Tell how a command is called, or list all commands."""
    root = context.find_root()
    if man:
        from redoscope_core.cli.manual import manual_page

        say(*manual_page(root).split("\n"))
        return
    words = root.command
    command = words.get_command(root, word or "") if isinstance(words, click.Group) else None
    if command is None:
        say(*root.get_help().split("\n"))
        return
    with command.make_context(word, [], parent=root, resilient_parsing=True) as of_word:
        say(*of_word.get_help().split("\n"))


@click.command(name="version")
def version() -> None:
    """Print the version."""
    say(VERSION)


@click.command(name="completion")
@click.argument("shell", type=SHELL)
def completion(shell: str) -> None:
    """Print what a shell needs to complete our words.

    The script completes commands, options, choices and names of files.
    bash: `source <(redoscope completion bash)` in ~/.bashrc. zsh: the same in ~/.zshrc, below
    compinit. fish: `redoscope completion fish > ~/.config/fish/completions/redoscope.fish`.
    """
    say(*completion_script(shell).rstrip("\n").split("\n"))


def completion_script(shell: str) -> str:
    """Return the script that completes our words in *shell*, one of `SHELLS`."""
    script = get_completion_class(shell)
    if script is None:
        raise click.BadParameter(shell)
    from redoscope_core.cli.front import front

    source = script(front, {}, "redoscope", "_REDOSCOPE_COMPLETE").source()
    # Of a list that is not quoted zsh drops the empty words, and all behind them would shift: the
    # beginning of a file's name is one where nothing is typed yet.
    return source.replace("in ${response};", 'in "${response[@]}";')
