"""The command that tells what became of a file in each generation: history."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.driving import drive
from redoscope_core.cli.file_list import volume_document
from redoscope_core.cli.generation import at_link, generation, named
from redoscope_core.cli.parameters import DISK, as_json, opening, policy_of, salvaging
from redoscope_core.cli.printing import print_json, print_notes, say
from redoscope_core.cli.unread_text import tell_unread, unread_documents
from redoscope_core.cli.views import is_worth_telling, seen_words
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from redoscope_core.chain.chain import Chain
    from redoscope_core.operations.history.history import FileHistory, HistoryFound
    from redoscope_core.operations.history.moments import FileMoment
    from redoscope_core.operations.history.older_content import FileContent, Overwritten
    from redoscope_core.operations.history.parts import StreamParts

__all__ = ["history"]

_WORDS = {
    "first": "there, and nothing older is known",
    "unknown": "nothing is known of its volume",
    "metadata": "metadata changed",
    "unread": "the same as far as it can be read",
}


@click.command()
@click.argument("disk", type=DISK)
@click.argument("path")
@at_link
@opening
@salvaging
@as_json
def history(disk: Path, path: str, at: str | None, json_output: bool) -> int:
    """Tell what became of a file in each generation, and which links still store its older bytes.

    PATH is one that `files` lists at any generation, of every volume that has it; 2:/PATH is of
    volume 2 alone. A file that was renamed or moved is followed by its inode, file record or
    place. For each state of its bytes: which links supply them, which generation overwrote them
    first, and what to export them from. What is stored is told; no journal is replayed. Exit
    status 1 if no generation has it, a volume can't be parsed, or something can't be read.
    """
    from redoscope_core.chain.unread import Unread
    from redoscope_core.operations.attributing.indexing import Examined
    from redoscope_core.operations.history.history import file_history

    policy = policy_of()
    with generation(disk, policy, at) as chain:
        found = drive("comparing generations", file_history(chain, path, policy))
        unread = Unread(chain)
        if json_output:
            told = _document(chain, found) | {"not_looked_at": unread_documents([unread])}
            print_json(named(disk, chain) | {"path": path} | told)
        else:
            for each in found.files:
                _print(chain, disk, each)
        _tell_unsure(found)
        status = tell_unread(unread)
    if not found.files:
        cure = "`redoscope files DISK --at LINK` lists those of one"
        say(f"redoscope: {disk}: no generation has such a file, found {path}; {cure}", err=True)
    failed = any(each.state is Examined.FAILED for each in found.examined)
    return 1 if failed or any(found.unread) or not found.files else status


def _document(chain: Chain, found: HistoryFound) -> dict[str, object]:
    unread = zip(chain.links, found.unread, strict=True)
    return {
        "generations": [
            {"generation": number, "link": str(link.path), "unread_sectors": lost}
            for number, (link, lost) in enumerate(unread)
        ],
        "files": [
            {
                "volume": each.volume.number,
                "start_sector": each.volume.start,
                "file_system": each.volume.holding.value,
                "path": each.path,
                "moments": [_moment_document(moment) for moment in each.moments],
                "contents": [_content_document(chain, content) for content in each.contents],
            }
            for each in found.files
        ],
    }


def _moment_document(moment: FileMoment) -> dict[str, object]:
    examined = moment.examined
    return {
        "generation": moment.generation,
        "what": moment.what.value,
        "path": moment.path,
        "old_path": moment.old_path,
        "number": moment.number,
        "bytes_differ": moment.bytes_differ,
        "notes": list(moment.notes),
        "volume": None if examined is None else volume_document(examined),
    }


def _content_document(chain: Chain, content: FileContent) -> dict[str, object]:
    overwritten = sum(each.parts.total for each in content.overwritten)
    return {
        "first_generation": content.first,
        "last_generation": content.last,
        "export_at": str(chain.links[content.last].path),
        "path": content.path,
        "stream": content.stream.decode("utf-8", "backslashreplace"),
        "size": content.size,
        "kept_inside": content.inside,
        "in_holes": content.holes,
        "parts": _parts(chain, content.parts),
        "never_overwritten": content.parts.total - overwritten,
        "overwritten": [_overwritten_document(chain, each) for each in content.overwritten],
    }


def _overwritten_document(chain: Chain, each: Overwritten) -> dict[str, object]:
    return {
        "generation": each.generation,
        "by": str(chain.links[each.generation].path),
        "bytes": each.parts.total,
        "zeros": each.zeros,
        "unread": each.unread,
        "of_no_file": each.free,
        "of_files": list(each.files),
        "parts": _parts(chain, each.parts),
    }


def _parts(chain: Chain, parts: StreamParts) -> list[dict[str, object]]:
    from redoscope_core.areas.areas import State

    links = {number: str(link.path) for number, link in enumerate(chain.links)}
    words = {state.value: state.word for state in State}
    columns = (parts.offset, parts.length, parts.sector, parts.state, parts.link)
    return [
        {
            "offset": offset,
            "length": length,
            "sector": sector,
            "state": words[state],
            "link": links.get(link),
        }
        for offset, length, sector, state, link in zip(*(c.tolist() for c in columns), strict=True)
    ]


def _tell_unsure(found: HistoryFound) -> None:
    """Tell on stderr which volumes could not be parsed, or are not read as they would be."""
    for each in found.examined:
        told = f"volume at sector {each.volume.start}, {each.volume.holding.value}"
        if each.failed is not None:
            say(f"redoscope: {told}: {each.failed.why.value}", err=True)
        if is_worth_telling(each):
            print_notes([f"{told}{seen_words(each, offering=False)}"])


def _print(chain: Chain, disk: Path, found: FileHistory) -> None:
    volume = found.volume
    number = "-" if volume.number is None else volume.number
    say(f"volume {number} at sector {volume.start}, {volume.holding.value}: {found.path}")
    for each in found.moments:
        name = chain.links[each.generation].path.name
        word = _WORDS.get(each.what.value, each.what.value)
        was = "" if each.old_path is None else f" {each.old_path}"
        was += "" if each.old_path is None or each.path is None else f" -> {each.path}"
        more = ["bytes differ"] if each.bytes_differ and each.old_path is not None else []
        more += each.notes
        notes = f" ({', '.join(more)})" if more else ""
        say(f"  {each.generation} {name}: {word}{was}{notes}")
    for content in found.contents:
        _print_content(chain, disk, found, content)


def _print_content(chain: Chain, disk: Path, found: FileHistory, content: FileContent) -> None:
    span = f"generations {content.first} to {content.last}"
    span = f"generation {content.last}" if content.first == content.last else span
    stream = content.stream.decode("utf-8", "backslashreplace")
    stream = f":{stream}" if stream else ""
    parts = [_suppliers(chain, content.parts)] if len(content.parts) else []
    parts += [f"{counted(content.inside, 'byte')} in its inode or record"] * bool(content.inside)
    parts += [f"{counted(content.holes, 'byte')} in holes"] * bool(content.holes)
    told = f": {'; '.join(parts)}" if parts else ""
    say(f"{span}: {counted(content.size, 'byte')} of {content.path}{stream}{told}")
    for each in content.overwritten:
        say(f"  overwritten {_overwriting(chain, each)}")
    if content.last < len(chain.links) - 1:
        volume = "" if found.volume.number is None else f"{found.volume.number}:"
        where = shlex.join(
            [str(disk), f"{volume}{content.path}{stream}", "--at", str(content.last)]
        )
        say(f"  to have it: redoscope export {where} --to FOLDER")


def _overwriting(chain: Chain, each: Overwritten) -> str:
    by = f"by {each.generation} {chain.links[each.generation].path.name}"
    notes = [f"{each.zeros} of them with zeros"] if each.zeros else []
    notes += [f"{each.unread} can't be read there"] if each.unread else []
    notes += [f"{each.free} of no file now"] if each.free else []
    notes += [f"now of {', '.join(each.files)}"] if each.files else []
    more = f" ({'; '.join(notes)})" if notes else ""
    total = counted(each.parts.total, "byte")
    return f"{by}: {total}{more}, still stored: {_suppliers(chain, each.parts)}"


def _suppliers(chain: Chain, parts: StreamParts) -> str:
    """Return how many bytes of *parts* each link has."""
    return ", ".join(
        f"{count} in {chain.links[link].path.name}" if link >= 0 else f"{count} in no link, zeros"
        for link, count in parts.by_link().items()
    )
