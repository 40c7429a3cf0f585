"""A trail that was changed, cut or swapped: found, and located."""

from __future__ import annotations

import functools
import hashlib
import json
import random

import pytest

from redoscope_core.errors import InvalidArgument
from redoscope_core.format import trail
from redoscope_core.format.trail import (
    TrailFaultKind,
    TrailHead,
    TrailLine,
    TrailVerdict,
    judge_trail,
    trail_line,
)

LINES = 200


def made(count: int = LINES) -> list[bytes]:
    """Return the lines of a sound trail."""
    lines: list[bytes] = []
    for number in range(count):
        before = hashlib.sha256(lines[-1]).hexdigest() if lines else None
        record = {"act": "note", "args": {"text": f"at {number}"}, "result": {}, "tool": {}}
        lines.append(trail_line(number, before, record | {"when": "now", "who": "me"}))
    return lines


SOUND = made()
HEAD = TrailHead(LINES - 1, hashlib.sha256(SOUND[-1]).hexdigest())


def judged(lines: list[bytes], head: TrailHead | None = None) -> TrailVerdict:
    """Return what *lines*, each with its end, come to."""
    read = [TrailLine(raw, hashlib.sha256(raw).hexdigest(), True) for raw in lines]
    return judge_trail(read, head)


def places(verdict: TrailVerdict) -> set[int]:
    """Return every line that is named, counted from 1."""
    return {line for each in verdict.faults for line in range(each.first, each.last + 1)}


def one_byte(chance: random.Random, line: bytes) -> bytes:
    at = chance.randrange(len(line))
    other = chance.choice([byte for byte in range(256) if byte not in (line[at], 10)])
    return line[:at] + bytes([other]) + line[at + 1 :]


def reworded(chance: random.Random, line: bytes) -> bytes:
    """Return *line* with another text, spelled as it has to be."""
    record = json.loads(line)
    record["args"]["text"] = chance.randbytes(8).hex()
    return json.dumps(record, sort_keys=True, separators=(",", ":")).encode()


def tampered(chance: random.Random) -> tuple[list[bytes], set[int]]:
    """Return the lines after one edit, cut, swap or repetition, and the lines by which it shows."""
    lines, at = list(SOUND), chance.randrange(LINES)
    match chance.randrange(5):
        case 0:
            lines[at] = one_byte(chance, lines[at])
            return lines, {at + 1}
        case 1:
            lines[at] = reworded(chance, lines[at])
            return lines, {at + 1}
        case 2:
            count = min(chance.choice((1, 1, 2, 50)), LINES - at)
            del lines[at : at + count]
            # What is lacking shows at the line behind it, which has moved up.
            return lines, {at + 1}
        case 3:
            other = chance.choice([each for each in range(LINES) if each != at])
            lines[at], lines[other] = lines[other], lines[at]
            return lines, {min(at, other) + 1}
        case _:
            lines.insert(chance.randrange(at, LINES) + 1, lines[at])
            # Line k stands where it stood unless the copy is another line.
            first = next(k for k in range(LINES + 1) if k == LINES or lines[k] != SOUND[k])
            return lines, {first + 1}


def test_a_sound_trail_has_no_fault_and_its_head_proves_it() -> None:
    verdict = judged(SOUND, HEAD)
    assert verdict.is_sound
    assert (verdict.lines, verdict.head, verdict.faults) == (LINES, HEAD, ())
    assert judged(made(10)).is_sound
    assert judged([]).head is None


def test_a_thousand_edits_cuts_swaps_and_repetitions_are_each_found_where_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Nearly all lines are the same in each round: they are taken apart once.
    monkeypatch.setattr(trail, "record_of", functools.cache(trail.record_of))
    chance = random.Random(14)
    for _ in range(1000):
        lines, shown = tampered(chance)
        verdict = judged(lines, HEAD)
        assert not verdict.is_sound
        assert shown <= places(verdict), (shown, verdict.faults)
        # Nothing in front of it is accused, but the line that the next one speaks of.
        assert min(places(verdict)) >= min(shown) - 1


def test_a_cut_end_is_found_by_the_head_alone() -> None:
    cut = SOUND[:150]
    assert judged(cut).is_sound
    (fault,) = judged(cut, HEAD).faults
    assert (fault.kind, fault.first) == (TrailFaultKind.ENDS_EARLY, 151)
    changed = [*SOUND[:-1], reworded(random.Random(1), SOUND[-1])]
    assert judged(changed).is_sound
    (fault,) = judged(changed, HEAD).faults
    assert (fault.kind, fault.first) == (TrailFaultKind.OTHER_HEAD, LINES)


def test_a_trail_that_went_on_still_has_the_head_of_before() -> None:
    early = TrailHead(99, hashlib.sha256(SOUND[99]).hexdigest())
    assert judged(SOUND, early).is_sound


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"null",
        b"[]",
        b"[" * 100_000,
        b"1" * 10_000,
        b"\xff\xfe",
        SOUND[0] + b" ",
        SOUND[0].replace(b'"n":0', b'"n":-1'),
        SOUND[0].replace(b'"n":0', b'"n":true'),
        SOUND[0].replace(b'"n":0', b'"n":0.0'),
        SOUND[0].replace(b'{"act"', b'{"act":"x","act"'),
        SOUND[0].replace(b'{"act"', b'{"aaa":1,"act"'),
        None,
    ],
)
def test_what_is_no_record_is_told_by_its_line(line: bytes | None) -> None:
    read = [TrailLine(line, "0" * 64, True)]
    (fault,) = judge_trail(read).faults
    assert (fault.kind, fault.first, fault.last) == (TrailFaultKind.MALFORMED, 1, 1)


@pytest.mark.parametrize("text", ["", "1", "x:y", f"-1:{'0' * 64}", f"1:{'0' * 63}", "9" * 5000])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument, match="not the head of a trail"):
        TrailHead.parse(text)
    assert TrailHead.parse(f"{HEAD}\n") == HEAD
