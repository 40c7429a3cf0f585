"""Turns answers into facts: the words of the inspector."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication

from redoscope_core import SECTOR, LookupStep, State, Structure, StructureKind
from redoscope_core.explanations import explained
from redoscope_gui import plain, theme
from redoscope_gui.maps import Older, OtherDisk
from redoscope_gui.requests import DescriptorRead, LinkDescribed, SectorExplained
from redoscope_gui.structure_words import field_words, kind_name
from redoscope_gui.views.inspector.facts import Fact
from redoscope_gui.views.inspector.values import Value

__all__ = [
    "comparison_words",
    "descriptor_facts",
    "generation_facts",
    "link_facts",
    "lookup_facts",
    "structure_facts",
    "structure_name",
    "summary",
    "value_facts",
]

_ONE_BEFORE = 2
translate = QCoreApplication.translate


def _state_name(state: State) -> str:
    words = {
        State.ABSENT: translate("InspectorView", "not stored here"),
        State.ZERO: translate("InspectorView", "zeroed"),
        State.DATA: translate("InspectorView", "stored"),
        State.UNREADABLE: translate("InspectorView", "unreadable"),
    }
    return words[state]


def comparison_words(answer: SectorExplained, since: Older | None) -> str:
    """Tell whether the sector is the same in A and B; nothing if nothing is compared."""
    older = None if since is None else answer.at(since)
    if older is None:
        return ""
    one, other = older.digest, answer.generations[answer.generation].digest
    text = translate("InspectorView", "It differs from generation {number}.")
    if not one or not other:
        text = translate("InspectorView", "It can't be compared with generation {number}.")
    elif one == other:
        text = translate("InspectorView", "It is the same in generation {number}.")
    return text.format(number=since)


def summary(answer: SectorExplained) -> str:
    """Return the story of a look-up in one sentence: who was asked, and what the last one said."""
    steps = answer.lookup.steps
    sector = theme.grouped(answer.sector)
    start = translate("InspectorView", "Sector {sector}:").format(sector=sector)
    return " ".join(filter(None, (start, _asked(steps), _said(steps[-1]))))


def _asked(steps: tuple[LookupStep, ...]) -> str:
    """Tell which links were asked before the last one."""
    names = [step.link_path.name for step in steps]
    text = ""
    if len(steps) == _ONE_BEFORE:
        text = translate("InspectorView", "{first} has nothing there, so ask {last}:")
    elif len(steps) > _ONE_BEFORE:
        text = translate("InspectorView", "{first} down to {before} have nothing, so ask {last}:")
    return text.format(first=names[0], before=names[-2] if text else "", last=names[-1])


def _said(step: LookupStep) -> str:
    """Tell what the last link said."""
    if step.state is State.ABSENT:
        if step.asks_parent:
            return translate("InspectorView", "nothing. It asks its parent, which is not shown.")
        return translate("InspectorView", "nothing. No link stores it, so it reads as zeros.")
    if step.state is State.ZERO:
        text = translate("InspectorView", "{link} says that it is zeros.")
    elif step.state is State.UNREADABLE or step.data_offset is None or step.file is None:
        text = translate("InspectorView", "{link} should have it; it can't be read.")
    elif step.table_entry is None:
        text = translate("InspectorView", "byte 0x{offset:X} of {file}.")
    else:
        text = translate(
            "InspectorView", "table entry 0x{entry:X}, so byte 0x{offset:X} of {file}."
        )
    return text.format(
        link=step.link_path.name,
        entry=step.table_entry or 0,
        offset=step.data_offset or 0,
        file=step.file.name if step.file else "",
    )


def _asked_link(step: LookupStep) -> str:
    """Return the number and the name of the link; a parent that can't be opened has no number."""
    name = step.link_path.name
    return name if step.link_index < 0 else f"{step.link_index} {name}"


def lookup_facts(answer: SectorExplained) -> list[Fact]:
    """Return one fact per link that was asked, with the numbers it looked at below."""
    facts = []
    for step in answer.lookup.steps:
        verdict = explained(step)
        facts.append(
            Fact(
                (_asked_link(step), verdict),
                hint=plain.lines(str(step.link_path), verdict),
                copy=verdict,
                generation=step.link_index,
                strong=step is answer.lookup.steps[-1],
                children=tuple(_step_facts(step)),
            )
        )
    return facts


def _step_facts(step: LookupStep) -> list[Fact]:
    """Return the numbers of one step, in the order in which they are looked at."""
    facts: list[Fact] = []
    if step.file is not None:
        name = translate("InspectorView", "File")
        facts.append(Fact((name, step.file.name), hint=str(step.file), copy=str(step.file)))
    rows = (
        (translate("InspectorView", "Grain directory index"), step.directory_index, False),
        (translate("InspectorView", "Directory entry (GDE)"), step.directory_entry, True),
        (translate("InspectorView", "Grain table at sector"), step.table_sector, True),
        (translate("InspectorView", "Grain table index"), step.table_index, False),
        (translate("InspectorView", "Table entry (GTE)"), step.table_entry, True),
        (translate("InspectorView", "Entry at byte of the file"), step.entry_offset, True),
        (translate("InspectorView", "Sector at byte of the file"), step.data_offset, True),
    )
    facts += [
        Fact((name, _both(value, in_hex=in_hex)), copy=str(value))
        for name, value, in_hex in rows
        if value is not None
    ]
    if step.first_sector is not None:
        name = translate("InspectorView", "First sector of the grain")
        hint = translate("InspectorView", "Double-click or Enter goes there")
        value = theme.grouped(step.first_sector)
        facts.append(
            Fact((name, value), hint=hint, copy=str(step.first_sector), sector=step.first_sector)
        )
    return facts


def _both(value: int, *, in_hex: bool) -> str:
    """Return a number grouped, with its hexadecimal form where that is how files write it."""
    return f"{theme.grouped(value)}  (0x{value:X})" if in_hex else theme.grouped(value)


def generation_facts(answer: SectorExplained, since: Older | None = None) -> list[Fact]:
    """Return the sector at each generation; those that are compared have their letters.

    *since* is generation A, None if nothing is compared; B is the one that the answer is about.
    A of another disk stands first.
    """
    facts = []
    letters = {} if since is None else {answer.generations[answer.generation]: "B"}
    older = None if since is None else answer.at(since)
    if older is not None:
        letters[older] = "A"
    apart = [older] if older is not None and isinstance(since, OtherDisk) else []
    for row in (*apart, *answer.generations):
        name = f"{row.generation} {row.path.name}"
        name = f"{letters[row]}: {name}" if row in letters else name
        owner = "" if row.owner is None else str(row.owner)
        changed = translate("InspectorView", "changed") if row.changed else ""
        digest = row.digest or (translate("InspectorView", "unreadable") if row.fault else "")
        facts.append(
            Fact(
                (
                    name,
                    _state_name(row.stored),
                    owner,
                    digest,
                    changed,
                ),
                hint=row.fault or plain.lines(str(row.path), *filter(None, [row.digest])),
                copy=row.digest,
                generation=None if row in apart else row.generation,
                dim=row.stored is State.ABSENT,
                strong=row.generation == answer.generation or row in letters,
            )
        )
    return facts


def value_facts(values: list[Value]) -> list[Fact]:
    """Return the readings of the bytes at the cursor."""
    return [Fact((value.name, value.little, value.big), copy=value.little) for value in values]


def structure_name(structure: Structure) -> str:
    """Tell which structure it is, and where it begins."""
    text = translate("InspectorView", "{name}, from byte 0x{offset:X} on, {length} bytes")
    length = theme.grouped(structure.length)
    return text.format(name=kind_name(structure.kind), offset=structure.offset, length=length)


def structure_facts(structure: Structure | None, offset: int) -> list[Fact]:
    """Return the fields of *structure*; the one that has the byte *offset* stands out."""
    if structure is None:
        return []
    here = structure.field_at(offset)
    place = translate("InspectorView", "0x{offset:X}, {length} bytes")
    one = translate("InspectorView", "0x{offset:X}, 1 byte")
    facts = []
    for field in structure.fields:
        text = field_words(field)
        where = (one if field.length == 1 else place).format(
            offset=field.offset, length=theme.grouped(field.length)
        )
        facts.append(
            Fact(
                (field.name, text, where),
                hint=plain.lines(field.name, text, where),
                copy=str(field.value),
                offset=structure.offset + field.offset,
                strong=field is here,
            )
        )
    return facts


def link_facts(link: LinkDescribed) -> list[Fact]:
    """Return the properties of a link."""
    place = translate("InspectorView", "{index} of {last}")
    if link.alone:
        role = translate("InspectorView", "child, looked at alone")
    elif not link.generation:
        role = translate("InspectorView", "base disk")
    elif link.generation == link.generations - 1:
        role = translate("InspectorView", "child, tip of the chain")
    else:
        role = translate("InspectorView", "child")
    rows: list[tuple[str, str, str]] = [
        (translate("InspectorView", "Role"), role, ""),
        (
            translate("InspectorView", "Generation"),
            place.format(index=link.generation, last=link.generations - 1),
            "",
        ),
        (translate("InspectorView", "Create type"), link.kind, ""),
        (translate("InspectorView", "What happened"), link.comment, link.comment),
        *_amounts(link),
        *_keys(link),
        *((translate("InspectorView", "File"), file.name, str(file)) for file in link.files),
        *_tracking(link),
        *_headers(link),
        *((translate("InspectorView", "Note"), note, note) for note in link.notes),
    ]
    return [Fact((name, value), hint=hint) for name, value, hint in rows if value]


def descriptor_facts(read: DescriptorRead) -> list[Fact]:
    """Return what the descriptor says of a link that does not open."""
    words = read.descriptor
    if words is None:
        name = translate("InspectorView", "Descriptor")
        said = translate("InspectorView", "can't be understood; here is its text as it stands")
        return [Fact((name, said), hint=str(read.path))]
    sectors = translate("InspectorView", "{amount} ({sectors} sectors)")
    capacity = sectors.format(
        amount=theme.amount(words.capacity * SECTOR), sectors=theme.grouped(words.capacity)
    )
    rows: list[tuple[str, str, str]] = [
        (translate("InspectorView", "Create type"), words.create_type, ""),
        (translate("InspectorView", "What happened"), words.comment, words.comment),
        (translate("InspectorView", "Capacity"), capacity, ""),
        (translate("InspectorView", "Content ID"), f"{words.cid:08x}", ""),
    ]
    if words.is_child:
        name = translate("InspectorView", "Parent content ID")
        rows.append((name, f"{words.parent_cid:08x}", ""))
    if words.parent_hint:
        name = translate("InspectorView", "Parent hint")
        rows.append((name, Path(words.parent_hint).name, words.parent_hint))
    name = translate("InspectorView", "Extent")
    rows += [(name, line.text, line.text) for line in words.extents]
    return [Fact((name, value), hint=hint) for name, value, hint in rows if value]


def _tracking(link: LinkDescribed) -> list[tuple[str, str, str]]:
    """Return the change tracking file and the fields of its header, as they stand."""
    track = link.track
    if track is None:
        return []
    name = translate("InspectorView", "Change tracking")
    if track.header is None:
        return [(name, str(track.error), str(track.error))]
    rows = [(name, track.path.name, str(track.path))]
    text = translate("InspectorView", "byte {offset}: {value}")
    for row in track.header.rows:
        value = text.format(offset=row.offset, value=row.value)
        rows.append((f"  {row.name}", value, row.meaning or value))
    return rows


def _headers(link: LinkDescribed) -> list[tuple[str, str, str]]:
    """Return the headers of the files of the link, field by field, as they stand."""
    rows = []
    text = translate("InspectorView", "byte {offset}: {value}")
    for path, structure in link.headers:
        if structure.kind is StructureKind.DESCRIPTOR:
            continue  # it is shown beside
        rows.append((kind_name(structure.kind), path.name, str(path)))
        for field in structure.fields:
            value = text.format(offset=structure.offset + field.offset, value=field_words(field))
            rows.append((f"  {field.name}", value, value))
    return rows


def _amounts(link: LinkDescribed) -> list[tuple[str, str, str]]:
    """Return capacity, grain and what is stored."""
    grain = max(1, link.grain_size)
    sectors = translate("InspectorView", "{amount} ({sectors} sectors)")
    one = translate("InspectorView", "{amount} (1 grain)")
    several = translate("InspectorView", "{amount} ({grains} grains)")

    def whole(count: int) -> str:
        return sectors.format(amount=theme.amount(count * SECTOR), sectors=theme.grouped(count))

    def parts(count: int) -> str:
        number = -(-count // grain)
        text = one if number == 1 else several
        return text.format(amount=theme.amount(count * SECTOR), grains=theme.grouped(number))

    counts = link.counts
    rows = [
        (translate("InspectorView", "Capacity"), whole(link.capacity), ""),
        (translate("InspectorView", "Grain"), whole(link.grain_size), ""),
        (translate("InspectorView", "Stored"), parts(counts.data), ""),
        (translate("InspectorView", "Zeroed"), parts(counts.zero), ""),
    ]
    if counts.unreadable:
        rows.append((translate("InspectorView", "Unreadable"), parts(counts.unreadable), ""))
    exact = theme.exact_amount(link.stored_bytes)
    name = translate("InspectorView", "On the storage")
    return [*rows, (name, theme.amount(link.stored_bytes), exact)]


def _keys(link: LinkDescribed) -> list[tuple[str, str, str]]:
    """Return the content IDs and whether the parent is what this link expects."""
    rows = [(translate("InspectorView", "Content ID"), f"{link.cid:08x}", "")]
    expected = f"{link.parent_cid:08x}"
    if link.alone:
        text = expected
    elif link.found_parent_cid is None:
        return rows
    else:
        found = f"{link.found_parent_cid:08x}"
        text = translate("InspectorView", "{expected}, but the parent has {found}")
        if expected == found:
            text = translate("InspectorView", "{expected}, as the parent has it")
        text = text.format(expected=expected, found=found)
    rows.append((translate("InspectorView", "Parent content ID"), text, text))
    if link.parent_hint:
        name = translate("InspectorView", "Parent hint")
        rows.append((name, Path(link.parent_hint).name, link.parent_hint))
    return rows
