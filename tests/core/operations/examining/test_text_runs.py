"""What looks like text: as another program lists it, in every encoding."""

from __future__ import annotations

import random
import shutil
import subprocess
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, InvalidArgument, search, text_run
from tests.core.finished import finished
from tests.judges import handmade

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512
GNU = {"ascii": "s", "utf-16-le": "l", "utf-16-be": "b"}


def noise(chance: random.Random) -> bytes:
    """Bytes among which runs of every length are likely, some far longer than a match may be."""
    parts: list[bytes] = []
    while sum(len(part) for part in parts) < 300_000:
        kind = chance.randrange(6)
        letters = "".join(chr(chance.randrange(32, 127)) for _ in range(chance.randrange(1, 40)))
        if kind == 0:
            parts.append(bytes(chance.randrange(1, 3000)))
        elif kind == 1:
            parts.append(chance.randbytes(chance.randrange(1, 200)).replace(b"\t", b"x"))
        elif kind == 2:
            parts.append(letters.encode("utf-16-le"))
        elif kind == 3:
            parts.append(letters.encode("utf-16-be"))
        else:
            parts.append(letters.encode() * chance.choice((1, 1, 1, 300)))
    whole = b"".join(parts)
    return whole + bytes(-len(whole) % SECTOR)


def runs_of(chain: Chain, encoding: str, least: int) -> list[tuple[int, int]]:
    """Return (offset, bytes) of each run; parts of a long one joined again."""
    hits = finished(search(chain, text_run([encoding], least), limit=10**6)).hits
    order = hits.ascending().tolist()
    found: list[tuple[int, int]] = []
    for row in order:
        offset, length = int(hits.offset[row]), int(hits.length[row])
        if found and sum(found[-1]) == offset:
            found[-1] = (found[-1][0], found[-1][1] + length)
        else:
            found.append((offset, length))
    return found


@pytest.mark.parametrize("encoding", GNU)
@pytest.mark.parametrize("least", [4, 11])
def test_texts_are_those_that_gnu_strings_lists(tmp_path: Path, encoding: str, least: int) -> None:
    if shutil.which("strings") is None:
        pytest.skip("strings is not installed")
    data = noise(random.Random(least))
    if encoding != "ascii":  # ours tell letters beyond ASCII too, in words of 16 bits
        data = bytes(byte if byte < 0xA1 else 0x80 for byte in data)
    path = handmade.flat_link(tmp_path / "disk.vmdk", data)
    raw = tmp_path / "raw"
    raw.write_bytes(data)
    words = [
        "strings",
        "-a",
        "-t",
        "d",
        "-n",
        str(least),
        "-e",
        GNU[encoding],
        str(tmp_path / "raw"),
    ]
    done = subprocess.run(words, capture_output=True, check=True, timeout=60)
    width = len("a".encode(encoding))
    told = []
    for line in done.stdout.split(b"\n")[:-1]:
        number, text = line.lstrip().split(b" ", 1)
        told.append((int(number), len(text) * width))
    with Chain.open(path) as chain:
        mine = runs_of(chain, encoding, least)
    # Where a rest of a very long run is shorter than the least, only its begin is found.
    assert [offset for offset, _ in mine] == [offset for offset, _ in told]
    assert all(
        length - (least - 1) * width <= own <= length
        for (_, own), (_, length) in zip(mine, told, strict=True)
    )
    assert len(told) > 50


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "Grüße aus Köln, 東京, Ω"),
        ("utf-16-le", "Grüße aus Köln"),
        ("latin-1", "déjà vu, naïve"),
        ("cp1251", "Привет, мир"),
        ("cp037", "HELLO MAINFRAME"),
    ],
)
def test_a_text_is_found_whole_in_its_encoding(tmp_path: Path, encoding: str, text: str) -> None:
    raw = text.encode(encoding)
    data = (bytes(700) + raw + b"\0\0").ljust(4 * SECTOR, b"\0")
    path = handmade.flat_link(tmp_path / "disk.vmdk", data)
    with Chain.open(path) as chain:
        assert (700, len(raw)) in runs_of(chain, encoding, 4)
        assert runs_of(chain, encoding, len(text) + 1) == []


def test_no_two_texts_of_an_encoding_overlap(tmp_path: Path) -> None:
    path = handmade.flat_link(tmp_path / "disk.vmdk", noise(random.Random(5)))
    with Chain.open(path) as chain:
        found = runs_of(chain, "utf-8", 4)
    assert all(one + length <= other for (one, length), (other, _) in pairwise(found))


@pytest.mark.parametrize("encoding", ["nonsense", "shift-jis", "utf-7", "", "a\0b", "utf-32"])
def test_an_encoding_whose_texts_can_not_be_told_is_refused(encoding: str) -> None:
    with pytest.raises(InvalidArgument):
        text_run([encoding])


@pytest.mark.parametrize("least", [0, -1, 1001])
def test_an_impossible_length_is_refused(least: int) -> None:
    with pytest.raises(InvalidArgument):
        text_run(["ascii"], least)
