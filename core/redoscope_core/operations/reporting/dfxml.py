"""DFXML: changed files as Digital Forensics XML with delta marks, for programs that read that.

Children stand in the order in which the schema of DFXML has them. What a generation had before is
in `delta:original_fileobject`. XML can't hold every name: it is shown spelled, and the bytes of it
are in `rs:path_hex`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from redoscope_core.format.units import SECTOR
from redoscope_core.operations.reporting.described import parts_of, volumes_of
from redoscope_core.operations.reporting.spelling import moment, shown
from redoscope_core.progress import Progress, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping

    from redoscope_core.operations.reporting.facts import ReportFacts

    Write = Callable[[bytes], None]
    Document = dict[str, object]
    Element = tuple[str, str]

__all__ = ["DELTA", "DFXML", "OURS", "write_dfxml"]

DFXML = "http://www.forensicswiki.org/wiki/Category:Digital_Forensics_XML"
DELTA = "http://www.forensicswiki.org/wiki/Forensic_Disk_Differencing"
OURS = "urn:redoscope:dfxml:1.0"
"""Names of name spaces, which lead nowhere."""
_DC = "http://purl.org/dc/elements/1.1/"
_SPACES = (
    f'xmlns="{DFXML}"',
    f'xmlns:dc="{_DC}"',
    f'xmlns:delta="{DELTA}"',
    f'xmlns:rs="{OURS}"',
)
_VERSION = "2.0.0-beta.0"
_MARKS = {
    "added": "new_file",
    "deleted": "deleted_file",
    "renamed": "renamed_file",
    "modified": "modified_file",
}
"""Attributes in the name space of deltas; any other class is `changed_file`."""
_LETTERS = {"file": "r", "directory": "d", "link": "l", "internal": "v", "made-up": "v"}
_TIMES = ("mtime", "ctime", "atime", "crtime")
_NUMBERS = (("nlink", "links"), ("uid", "user"), ("gid", "group"))
_AT_ONCE = 256


def write_dfxml(
    facts: ReportFacts, run: Mapping[str, object], write: Write
) -> Generator[Progress, None, None]:
    """Hand the document of *facts* to *write*, piece by piece."""
    write(_head(facts, run).encode("utf-8"))
    for told, changes in volumes_of(facts):
        write(_volume(told).encode("utf-8"))
        held: list[str] = []
        for change in changes:
            held.append(_file(told, change))
            if len(held) == _AT_ONCE:
                write("".join(held).encode("utf-8"))
                held = []
                yield Progress(0, 0, "writing the DFXML", Unit.STEPS)
        write("".join([*held, "  </volume>\n"]).encode("utf-8"))
    write(b"</dfxml>\n")


def _head(facts: ReportFacts, run: Mapping[str, object]) -> str:
    tool, libraries = run["tool"], run["libraries"]
    version = tool["version"] if isinstance(tool, dict) else ""
    packages = libraries.items() if isinstance(libraries, dict) else ()
    system = str(run["system"]).split(" ")
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<dfxml version="{_VERSION}" {" ".join(_SPACES)}>',
        "  <metadata><dc:type>Disk image difference set</dc:type></metadata>",
        "  <creator>",
        f"    <program>redoscope</program><version>{_text(version)}</version>",
        "    <execution_environment>",
        f"      <os_sysname>{_text(system[0])}</os_sysname>",
        f"      <host>{_text(run['host'])}</host>",
        f"      <username>{_text(run['who'])}</username>",
        f"      <start_time>{_text(run['began'])}</start_time>",
        "    </execution_environment>",
        *(
            f"    <library name={quoteattr(shown(name))} version={quoteattr(shown(number))}/>"
            for name, number in packages
        ),
        "  </creator>",
        "  <source>",
        *(f"    <image_filename>{_text(path)}</image_filename>" for path in _images(facts)),
        "  </source>",
    ]
    return "\n".join([*lines, ""])


def _images(facts: ReportFacts) -> Iterator[object]:
    files = parts_of(facts)["evidence"]
    yield from (each["path"] for each in files) if isinstance(files, list) else ()


def _volume(told: Document) -> str:
    start, sectors = int(str(told["start"])) * SECTOR, int(str(told["sectors"])) * SECTOR
    sides = told["generations"]
    known = [side for side in sides if side] if isinstance(sides, list) else []
    cluster = max((side["cluster_sectors"] for side in known), default=0) * SECTOR
    marks = f' delta:{told["change"]}_volume="1"' if told["change"] != "none" else ""
    lines = [
        f'  <volume offset="{start}"{marks}>',
        f'    <byte_runs><byte_run img_offset="{start}" len="{sectors}"/></byte_runs>',
        *([f"    <partition_offset>{start}</partition_offset>"] if start else []),
        f"    <sector_size>{SECTOR}</sector_size>",
        *([f"    <block_size>{cluster}</block_size>"] if cluster > 0 else []),
        f"    <ftype_str>{_text(told['file_system'])}</ftype_str>",
    ]
    return "\n".join([*lines, ""])


def _file(volume: Document, change: Document) -> str:
    """Return the element of a path."""
    new, old = change["new"], change["old"]
    now = _children(volume, change["path"], new)
    before = None if old is None else _children(volume, change.get("old_path", change["path"]), old)
    was = dict(before or [])
    marks = f' delta:{_MARKS.get(str(change["class"]), "changed_file")}="1"'
    marks += f' rs:class={quoteattr(str(change["class"]))} rs:path_hex="{change["path_hex"]}"'
    lines = [f"    <fileobject{marks}>"]
    for name, inside in now:
        differs = new is not None and before is not None and was.get(name) != inside
        changed = ' delta:changed_property="1"' if differs else ""
        lines.append(f"      <{name}{changed}>{inside}</{name}>")
    if before is not None:
        raw = change.get("old_path_hex", change["path_hex"])
        lines.append(f'      <delta:original_fileobject rs:path_hex="{raw}">')
        lines += [f"        <{name}>{inside}</{name}>" for name, inside in before]
        lines.append("      </delta:original_fileobject>")
    notes = change["notes"]
    told = notes if isinstance(notes, list) else []
    lines += [f"      <rs:note>{_text(note)}</rs:note>" for note in told]
    return "\n".join([*lines, "    </fileobject>", ""])


def _children(volume: Document, path: object, node: object) -> list[Element]:
    """Return the children that say of a file what it is in one generation, in order."""
    found: list[tuple[str, object]] = [("filename", str(path).removeprefix("/"))]
    if not isinstance(node, dict):
        return [(name, _text(value)) for name, value in found]
    number, local = volume["number"], volume["times"] == "local"
    if isinstance(number, int) and number > 0:
        found.append(("partition", number))
    found += [
        ("name_type", _LETTERS.get(node["kind"], "-")),
        ("filesize", node["size"]),
        ("inode", node["number"]),
        ("mode", node["mode"]),
        *((name, node[key]) for name, key in _NUMBERS),
        *((name, moment(node[name], local=local)) for name in _TIMES),
        ("seq", node["sequence"] if volume["file_system"] == "ntfs" else None),
    ]
    told = [(name, _text(value)) for name, value in found if _fits(value)]
    return [*told, *_runs(volume, node)]


def _fits(value: object) -> bool:
    """Tell whether the schema takes a value: no number of it is below 0."""
    return value is not None and not (isinstance(value, int) and value < 0)


def _runs(volume: Document, node: Mapping[str, object]) -> list[Element]:
    if node["inside"]:
        inside = f'<byte_run file_offset="0" len="{node["size"]}" type="resident"/>'
        return [("byte_runs", inside)]
    start, runs = int(str(volume["start"])), node["runs"]
    told = "".join(
        f'<byte_run file_offset="{offset}" fs_offset="{(sector - start) * SECTOR}"'
        f' img_offset="{sector * SECTOR}" len="{count * SECTOR}"/>'
        for offset, sector, count in (runs if isinstance(runs, list) else [])
    )
    return [("byte_runs", told)] if told else []


def _text(value: object) -> str:
    return escape(shown(str(value)))
