"""The commands that make and change entries: case bookmark, note, search, change, tag, remove."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from redoscope_core.cli.case_folder import FOLDER, head_text, told_head
from redoscope_core.cli.case_list import entry_lines
from redoscope_core.cli.generation import at_link, generation, picked
from redoscope_core.cli.parameters import DISK, NUMBER, as_json, opening, policy_of, salvaging
from redoscope_core.cli.places import COUNT, PLACE, sector_with, sectors_in
from redoscope_core.cli.printing import print_json, say
from redoscope_core.format.case_document import entry_document
from redoscope_core.format.case_values import CaseEntry, CaseEntryKind, MarkColour, SavedSearch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from redoscope_core.format.case_values import MarkedPlace
    from redoscope_core.operations.casework.case import Case

__all__ = ["bookmark", "change", "note", "remove", "search", "tag"]

Command = TypeVar("Command", bound="Callable[..., object]")

_COLOUR = click.Choice([each.value for each in MarkColour])
_NUMBERS = click.argument("numbers", type=NUMBER, metavar="NUMBER...", nargs=-1, required=True)
_TAGS = click.option("--tag", "tags", multiple=True, metavar="TAG", help="May be given again.")


def _with_place(*, required: bool) -> Callable[[Command], Command]:
    """Add the options that say what an entry is about; `_place` reads them."""
    about = "The disk that it is about." if required else "The disk that it is about, if any."

    def add(command: Command) -> Command:
        for option in (
            click.option(
                "--file", default=None, metavar="PATH", help="A file in it: 2:/etc/passwd."
            ),
            click.option("--count", type=COUNT, default=None, help="Sectors.  [default: 1]"),
            click.option(
                "--start", type=PLACE, default=None, help="First sector that it is about."
            ),
            at_link,
            click.option("--disk", type=DISK, required=required, help=about),
        ):
            command = option(command)
        return command

    return add


def _place(
    case: Case,
    disk: Path | None,
    at: str | None,
    start: str | None,
    count: str | None,
    file: str | None,
) -> MarkedPlace | None:
    """Return what the options of `_with_place` mean."""
    if start is not None and file is not None:
        raise click.UsageError("an entry is about sectors or about a file, not both")
    if count is not None and start is None:
        raise click.UsageError("--count says how many sectors from --start on")
    if disk is None:
        if any(each is not None for each in (at, start, file)):
            raise click.UsageError("--disk says on which disk that is")
        return None
    with generation(disk, policy_of()) as chain:
        shown = picked(chain, at)
        number = len(shown.links) - 1
        if start is None:
            return case.place(chain, file=file, generation=number)
        first = sector_with(start, shown)
        sectors = 1 if count is None else sectors_in(count, shown, first)
        return case.place(chain, first, sectors, generation=number)


def _tell(
    folder: Path, case: Case, operation: str, entries: Sequence[CaseEntry], *, json_output: bool
) -> None:
    """Print what became of *entries*, and the head of the trail."""
    head = case.trail_head()
    if json_output:
        facts = {"entries": [entry_document(each) for each in entries], "head": head_text(head)}
        print_json({"case": str(folder), "operation": operation, **facts})
        return
    for each in entries:
        say(*entry_lines(each))
    told_head(head)


@click.command(name="bookmark")
@FOLDER
@click.argument("name")
@_with_place(required=True)
@click.option(
    "--colour",
    type=_COLOUR,
    default=MarkColour.YELLOW.value,
    show_default=True,
    help="To draw it in.",
)
@click.option("--text", default="", help="What there is to say of it.")
@_TAGS
@opening
@salvaging
@as_json
def bookmark(
    folder: Path,
    name: str,
    disk: Path,
    at: str | None,
    start: str | None,
    count: str | None,
    file: str | None,
    colour: str,
    text: str,
    tags: tuple[str, ...],
    json_output: bool,
) -> None:
    """Bookmark sectors, a file or a generation of a disk."""
    from redoscope_core.operations.casework.case import Case

    case = Case.open(folder)
    place = _place(case, disk, at, start, count, file)
    entry = CaseEntry(CaseEntryKind.BOOKMARK, name, text, MarkColour(colour), place, tags=tags)
    _tell(folder, case, "bookmark", case.keep([entry]), json_output=json_output)


@click.command(name="note")
@FOLDER
@click.argument("text")
@_with_place(required=False)
@_TAGS
@opening
@salvaging
@as_json
def note(
    folder: Path,
    text: str,
    disk: Path | None,
    at: str | None,
    start: str | None,
    count: str | None,
    file: str | None,
    tags: tuple[str, ...],
    json_output: bool,
) -> None:
    """Note something: on the case, on a link, sectors, a file."""
    from redoscope_core.operations.casework.case import Case

    case = Case.open(folder)
    place = _place(case, disk, at, start, count, file)
    kept = case.keep([CaseEntry(CaseEntryKind.NOTE, text=text, place=place, tags=tags)])
    _tell(folder, case, "note", kept, json_output=json_output)


@click.command(name="search")
@FOLDER
@click.argument("name")
@click.argument("pattern")
@click.option("--hex", "is_hex", is_flag=True, help="PATTERN is bytes in hex; ?? is any byte.")
@click.option("--regex", is_flag=True, help="PATTERN is a regular expression over bytes.")
@click.option("--encoding", multiple=True, metavar="NAME", help="Of a text; may be given again.")
@click.option("--ignore-case", "-i", is_flag=True, help="Large and small letters are alike.")
@click.option("--text", default="", help="What it is for.")
@_TAGS
@as_json
def search(
    folder: Path,
    name: str,
    pattern: str,
    is_hex: bool,
    regex: bool,
    encoding: tuple[str, ...],
    ignore_case: bool,
    text: str,
    tags: tuple[str, ...],
    json_output: bool,
) -> None:
    """Save a search; `case list` shows how it is made.

    What a PATTERN is `redoscope search --help` tells.
    """
    from redoscope_core.cli.finding import needle_of
    from redoscope_core.operations.casework.case import Case

    if is_hex and regex:
        raise click.UsageError("a PATTERN is either --hex or --regex, not both")
    # One that can't be sought is told now, and not to whoever makes the search later.
    needle_of(pattern, encoding, is_hex=is_hex, regex=regex, fold_case=ignore_case)
    sought = SavedSearch(pattern, is_hex, regex, ignore_case, encoding)
    case = Case.open(folder)
    kept = case.keep([CaseEntry(CaseEntryKind.SEARCH, name, text, search=sought, tags=tags)])
    _tell(folder, case, "search", kept, json_output=json_output)


@click.command(name="change")
@FOLDER
@click.argument("number", type=NUMBER)
@click.option("--name", default=None, help="Another name.")
@click.option("--text", default=None, help="Another text.")
@click.option("--colour", type=_COLOUR, default=None, help="Another colour, of a bookmark.")
@as_json
def change(
    folder: Path,
    number: int,
    name: str | None,
    text: str | None,
    colour: str | None,
    json_output: bool,
) -> None:
    """Change name, text or colour of an entry."""
    from dataclasses import replace

    from redoscope_core.operations.casework.case import Case

    case = Case.open(folder)
    old = case.entry(number)
    new = replace(
        old,
        name=old.name if name is None else name,
        text=old.text if text is None else text,
        colour=old.colour if colour is None else MarkColour(colour),
    )
    _tell(folder, case, "change", [case.change(new)], json_output=json_output)


@click.command(name="tag")
@FOLDER
@_NUMBERS
@_TAGS
@click.option("--off", is_flag=True, help="Take the tags off.")
@as_json
def tag(
    folder: Path, numbers: tuple[int, ...], tags: tuple[str, ...], off: bool, json_output: bool
) -> None:
    """Give tags to entries, or take them off."""
    from redoscope_core.operations.casework.case import Case

    if not tags:
        raise click.UsageError("--tag is missing")
    case = Case.open(folder)
    _tell(folder, case, "tag", case.tag(numbers, tags, off=off), json_output=json_output)


@click.command(name="remove")
@FOLDER
@click.argument("numbers", type=NUMBER, metavar="NUMBER...", nargs=-1)
@click.option(
    "--disk", type=NUMBER, metavar="N", help="Disk N of the case, about which no entry is left."
)
@as_json
def remove(folder: Path, numbers: tuple[int, ...], disk: int | None, json_output: bool) -> None:
    """Remove entries, or a disk; the trail still tells what they were.

    The disk itself is not touched: the case no longer has it.
    """
    from redoscope_core.operations.casework.case import Case

    if not numbers and disk is None:
        raise click.UsageError("NUMBER... or --disk is missing")
    case = Case.open(folder)
    gone = case.remove(numbers) if numbers else []
    if disk is not None:
        dropped = case.remove_disk(disk)
        if not json_output:
            say(f"disk {disk} is no longer in the case: {dropped.path}")
    _tell(folder, case, "remove", gone, json_output=json_output)
