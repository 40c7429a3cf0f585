"""Searching all generations, or what changed, judged by a plain search of each one's flat bytes."""

from __future__ import annotations

import random
import re
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redoscope_core import Chain
from redoscope_core.operations.examining import search as searching
from redoscope_core.operations.examining import sweep
from redoscope_core.operations.examining.changes import changed_areas, covering_runs
from redoscope_core.operations.examining.hits import Hits
from redoscope_core.operations.examining.needle import MAX_PATTERN, Needle
from redoscope_core.operations.examining.search import Matches, search
from tests.core.finished import finished
from tests.core.links import grow_chain
from tests.judges import handmade
from tests.judges.handmade import SparsePlan

SECTOR = 512
CAPACITY = 700
LETTERS = b"\0\0\0aAbB\xe4\xc4"

expressions = st.sampled_from(
    [
        rb"a[^a]{2,9}b",
        rb"(?i)ab+a",
        rb"(?<=b)a{2,}",
        rb"b\x00{3,700}a",
        rb"(?s)..",
        rb"\x00{5}",
        rb"[ab]{1,40}\b",
        rb"(?s)\Aa?.",
    ]
)


@st.composite
def needles(draw: st.DrawFn) -> tuple[Needle, re.Pattern[bytes], bool]:
    """Draw what is sought, as a pattern of Python's own, and whether its matches are in turn."""
    kind = draw(st.sampled_from(["bytes", "hex", "case", "regex"]))
    few = draw(st.lists(st.sampled_from(LETTERS), min_size=1, max_size=9))
    if kind == "regex":
        pattern = re.compile(draw(expressions))
        return Needle.of_regex(pattern), pattern, True
    if kind == "hex":
        holes = draw(st.lists(st.booleans(), min_size=len(few) - 1, max_size=len(few) - 1))
        marks = [f"{few[0]:02x}"]
        raw = re.escape(bytes(few[:1]))
        for byte, hole in zip(few[1:], holes, strict=True):
            marks.append("??" if hole else f"{byte:02X}")
            raw += b"." if hole else re.escape(bytes([byte]))
        return Needle.of_hex(" ".join(marks)), re.compile(raw, re.DOTALL), False
    if kind == "case":
        text = bytes(few).decode("cp1252")
        each = [{letter.upper(), letter.lower()} for letter in text]
        raw = b"".join(b"[" + "".join(one).encode("cp1252") + b"]" for one in each)
        return Needle.of_text(text, ["cp1252"], fold_case=True), re.compile(raw), False
    return Needle.of_bytes(bytes(few)), re.compile(re.escape(bytes(few))), False


def plainly(pattern: re.Pattern[bytes], flat: bytes, *, in_turn: bool) -> dict[int, int]:
    """Return the length of the match at each place of *flat*."""
    found = pattern.finditer(flat) if in_turn else _overlapping(pattern, flat)
    return {each.start(): each.end() - each.start() for each in found if each.end() > each.start()}


def _overlapping(pattern: re.Pattern[bytes], flat: bytes) -> list[re.Match[bytes]]:
    found, at = [], 0
    while (match := pattern.search(flat, at)) is not None:
        found.append(match)
        at = match.start() + 1
    return found


def told(found: Matches) -> dict[int, set[int]]:
    """Return the places that each generation is told to hold."""
    hits = found.hits
    assert len(set(hits.offset.tolist())) == len(hits), "a place is told twice"
    generations = range(hits.generations)
    return {each: set(hits.offset[hits.holding(each)].tolist()) for each in generations}


def random_chain(folder: Path, seed: int, links: int) -> Path:
    """Make links full of few letters, written at the edges of grains and anywhere."""
    chance = random.Random(seed)
    for disk in grow_chain(folder, CAPACITY, links):
        for _ in range(chance.randrange(1, 7)):
            count = chance.choice([1, 2, 9, 128, 260])
            edge = chance.choice([chance.randrange(6) * 128 + chance.choice([-1, 0, 1]), 5])
            first = min(max(0, edge), CAPACITY - count)
            few = chance.choice([LETTERS, b"ab", b"\0\0\0\0\0\0\0ab"])
            disk.write(first, bytes(chance.choices(few, k=count * SECTOR)))
    return disk.path


@settings(max_examples=8)
@given(st.integers(0, 2**32), st.integers(1, 4), needles())
def test_each_generation_holds_what_a_plain_search_of_it_finds(
    seed: int, links: int, drawn: tuple[Needle, re.Pattern[bytes], bool]
) -> None:
    needle, pattern, in_turn = drawn
    with (
        tempfile.TemporaryDirectory() as folder,
        Chain.open(random_chain(Path(folder), seed, links)) as chain,
    ):
        found = told(finished(search(chain, needle, limit=10**7, all_generations=True)))
        for index in range(links):
            flat = chain.up_to(index).read(0, CAPACITY)
            assert found[index] == set(plainly(pattern, flat, in_turn=in_turn)), index


@settings(max_examples=5)
@given(st.integers(0, 2**32), needles(), st.integers(0, 2))
def test_what_is_found_since_a_generation_has_a_byte_in_what_was_decided_above_it(
    seed: int, drawn: tuple[Needle, re.Pattern[bytes], bool], since: int
) -> None:
    needle, pattern, in_turn = drawn
    if in_turn:
        needle, pattern = Needle.of_bytes(b"ab"), re.compile(b"ab")
    with (
        tempfile.TemporaryDirectory() as folder,
        Chain.open(random_chain(Path(folder), seed, 4)) as chain,
    ):
        steps = search(chain, needle, limit=10**7, since=since, all_generations=True)
        found = told(finished(steps))
        start, count = covering_runs(changed_areas(chain, since))
        runs = zip(start.tolist(), count.tolist(), strict=True)
        changed = {sector for first, sectors in runs for sector in range(first, first + sectors)}
        for index in range(since, 4):
            flat = chain.up_to(index).read(0, CAPACITY)
            wanted = {
                at
                for at, length in plainly(pattern, flat, in_turn=False).items()
                if {at // SECTOR, (at + length - 1) // SECTOR} & changed
            }
            assert found[index] == wanted, index


def test_matches_that_never_fall_into_step_again_are_told_of_no_generation_without_them(
    tmp_path: Path,
) -> None:
    with Chain.open(random_chain(tmp_path, 1001, 2)) as chain:
        sought = re.compile(rb"\x00{7}")
        found = told(finished(search(chain, sought, limit=10**6, all_generations=True)))
        for index in range(2):
            flat = chain.up_to(index).read(0, CAPACITY)
            assert found[index] == set(plainly(sought, flat, in_turn=True))


@pytest.mark.judge
def test_each_generation_holds_what_is_in_the_image_that_qemu_makes_of_it(tmp_path: Path) -> None:
    tip = random_chain(tmp_path, 11, 3)
    sought = re.compile(rb"ab\x00+b")
    with Chain.open(tip) as chain:
        found = told(finished(search(chain, sought, limit=10**6, all_generations=True)))
        paths = [link.path for link in chain.links]
    assert any(found.values())
    for index, path in enumerate(paths):
        raw = tmp_path / f"{index}.raw"
        subprocess.run(["qemu-img", "convert", "-O", "raw", path, raw], check=True)
        assert found[index] == set(plainly(sought, raw.read_bytes(), in_turn=True))


def test_a_limit_keeps_the_first_and_still_tells_which_generations_hold_them(
    tmp_path: Path,
) -> None:
    with Chain.open(random_chain(tmp_path, 3, 4)) as chain:
        all_of_them = finished(search(chain, b"ab", limit=10**6, all_generations=True))
        few = finished(search(chain, b"ab", limit=5, all_generations=True))
    assert few.offsets == tuple(sorted(told(all_of_them)[3]))[:5]
    whole = told(all_of_them)
    for index, places in told(few).items():
        assert places == whole[index] & set(few.offsets)


@settings(max_examples=8)
@given(st.integers(0, 2**32), needles(), st.integers(1, 60), st.sampled_from([None, 0, 1]))
def test_a_limit_leaves_out_matches_and_the_same_is_told_of_all_that_it_keeps(
    seed: int, drawn: tuple[Needle, re.Pattern[bytes], bool], limit: int, since: int | None
) -> None:
    needle, _, in_turn = drawn
    since = None if in_turn else since
    with (
        tempfile.TemporaryDirectory() as folder,
        Chain.open(random_chain(Path(folder), seed, 3)) as chain,
    ):
        steps = [
            search(chain, needle, limit=most, since=since, all_generations=True)
            for most in (10**7, limit)
        ]
        whole, few = (told(finished(each)) for each in steps)
    every, kept = set.union(*whole.values()), set.union(*few.values())
    assert len(kept) == min(limit, len(every))
    for index, places in few.items():
        assert places == whole[index] & kept, index


@pytest.mark.parametrize("limit", [1, 3, 500])
def test_matches_beside_what_changed_are_in_the_way_of_none_in_it(
    tmp_path: Path, limit: int
) -> None:
    for number, disk in enumerate(grow_chain(tmp_path, CAPACITY, 2)):
        disk.write(128 * number, b"ab" * 64 * SECTOR)
    with Chain.open(disk.path) as chain:
        found = finished(search(chain, b"ab", limit=limit, since=0))
    assert found.offsets == tuple(range(128 * SECTOR, 128 * SECTOR + 2 * limit, 2))


@pytest.mark.parametrize("wiped", [b"ab" * 64 * SECTOR, bytes(128 * SECTOR)])
@pytest.mark.parametrize("at_once", [3, 2**16])
def test_matches_that_were_wiped_are_in_the_way_of_none_behind_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wiped: bytes, at_once: int
) -> None:
    monkeypatch.setattr(searching, "_AT_ONCE", at_once)
    monkeypatch.setattr(sweep, "_ZEROS", 1)
    far = 8192
    kept = wiped[:2] + b"!"
    rest = b"." * (far * SECTOR - len(wiped))
    firsts = (wiped + rest, b"." * len(wiped))
    for first, disk in zip(firsts, grow_chain(tmp_path, far + 128, 2), strict=True):
        disk.write(0, first)
        disk.write(far, (b"." * 9 + kept).ljust(128 * SECTOR, b"."))
    with Chain.open(disk.path) as chain:
        for needle in (Needle.of_bytes(wiped[:2]), Needle.of_regex(re.compile(wiped[:2]))):
            hits = finished(search(chain, needle, limit=1, all_generations=True)).hits
            assert (hits.offset.tolist(), hits.held_by(0)) == ([far * SECTOR + 9], (0, 1))


def test_behind_the_last_of_enough_matches_no_older_generation_is_looked_at(
    tmp_path: Path,
) -> None:
    grain = 128 * SECTOR
    plan = SparsePlan(1280, grains={0: b"ab".ljust(grain, b"."), 4: b"ab".ljust(grain, b".")})
    base = handmade.sparse_link(tmp_path / "base.vmdk", plan, cid=1)
    handmade.patch_u32(base, plan.table_entry(4), 0xFFFFFFF0)
    tip = SparsePlan(1280, grains={4: b"ab".ljust(grain, b"!")})
    handmade.sparse_link(tmp_path / "tip.vmdk", tip, parent_cid=1, hint=base.name)
    with Chain.open(tmp_path / "tip.vmdk") as chain:
        few = finished(search(chain, b"ab", limit=1, all_generations=True))
        more = finished(search(chain, b"ab", limit=2, all_generations=True))
    assert (few.offsets, few.hits.held_by(0), few.stopped) == ((0,), (0, 1), None)
    assert more.stopped is not None


def test_a_search_that_is_closed_keeps_what_it_found(tmp_path: Path) -> None:
    hits = Hits(4)
    with Chain.open(random_chain(tmp_path, 3, 4)) as chain:
        expected = len(finished(search(chain, b"ab", limit=10**6)).offsets)
        steps = search(chain, b"ab", limit=10**6, all_generations=True, hits=hits)
        while len(hits) < expected:
            next(steps)
        steps.close()
    assert len(hits) >= expected
    assert {3} <= {each for row in range(len(hits)) for each in hits.held_by(row)}


def test_a_match_is_cut_to_the_longest_wherever_the_windows_end(tmp_path: Path) -> None:
    for disk in grow_chain(tmp_path, 5000, 1):
        disk.write(2040, b"b" + b"a" * (9000 - 1) + bytes(SECTOR - 9000 % SECTOR))
    with Chain.open(disk.path) as chain:
        found = finished(search(chain, re.compile(b"b?a+")))
    first = 2040 * SECTOR
    assert found.offsets == (first, first + MAX_PATTERN, first + 2 * MAX_PATTERN)
    assert found.hits.length.tolist() == [MAX_PATTERN, MAX_PATTERN, 9000 - 2 * MAX_PATTERN]


def test_a_text_is_found_in_every_encoding_that_was_named(tmp_path: Path) -> None:
    names = ["utf-8", "utf-16", "cp437", "cp037"]
    spelled = ["utf-8", "utf-16-le", "utf-16-be", "cp437", "cp037"]
    for disk in grow_chain(tmp_path, 600, 1):
        for at, name in enumerate(spelled):
            disk.write(at * 100 + 3, (b"." + "Grüße".encode(name)).ljust(SECTOR, b"."))
    with Chain.open(disk.path) as chain:
        needle = Needle.of_text("gRÜßE", names, fold_case=True)
        hits = finished(search(chain, needle)).hits
    rows = hits.ascending().tolist()
    found = [(int(hits.offset[row]), needle.spellings[hits.spelling[row]].name) for row in rows]
    assert found == [((at * 100 + 3) * SECTOR + 1, name) for at, name in enumerate(spelled)]
