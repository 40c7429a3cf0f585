"""Names of other systems: what they become here harms nobody, and stays told apart."""

from __future__ import annotations

import ntpath
import unicodedata
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core.files.new_file import target_of_part
from redoscope_core.files.safe_names import SafeNames, safe_name

HOSTILE = [
    *(
        b".",
        b"..",
        b"",
        b"/",
        b"/etc/passwd",
        b"../../x",
        b"a/../b",
        b"C:\\Windows",
        b"\\\\host\\x",
    ),
    *(b"CON", b"con.txt", b"NUL", b"aux .c", b"COM1", "lpt²".encode(), b"CONIN$", b"PRN."),
    *(b"<b>x</b>", b'<img src="x">', b"a:stream", b"a|b", b"a*?", b"=cmd()", b"-rf", b"--help"),
    *("a\u202egpj.exe".encode(), "\u2066x\u2069".encode(), "a\u200bb".encode(), b"\x1b[31m"),
    *(b"line\nend", b"tab\t", b"nul\0", b"\x7f", b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"a\r"),
    *(b" begins", b"ends ", b"ends.", b"x" * 4096, "é".encode() * 2048, b"%41", b"100%"),
    *(b".x.01234567.part", b"...01234567.part", b"~", b"a~2"),
]


def is_reserved(name: str) -> bool:
    """Say whether Windows keeps *name* for itself, as this Python knows it: 3.13 asks elsewhere."""
    asked = getattr(ntpath, "isreserved", None)
    return bool(asked(name)) if asked else PureWindowsPath(name).is_reserved()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_one_harmless_name(name: bytes) -> None:
    shown = safe_name(name)
    assert shown
    assert len(shown.encode()) <= 200
    assert shown.isprintable()
    assert Path("folder", shown).name == shown
    assert PureWindowsPath("folder", shown).name == shown
    assert not is_reserved(shown)
    assert not set(shown) & set('/\\:*?"<>|')
    assert shown[0] not in "- "
    assert shown[-1] not in " ."
    assert target_of_part(Path("folder", shown)) is None


def test_what_is_harmless_stays_as_it_is() -> None:
    for name in (
        "README.TXT",
        ".bashrc",
        "Bericht für März (2).docx",
        "日本語",
        "100%",
        "a&b",
        "$MFT",
    ):
        assert safe_name(name.encode()) == name


@given(st.lists(st.binary(max_size=6), unique=True, max_size=20))
def test_names_that_differ_stay_different(names: list[bytes]) -> None:
    shown = [safe_name(name) for name in names if name]
    assert len(set(shown)) == len(shown)


def test_twins_get_names_that_no_system_takes_for_one() -> None:
    names, folder = SafeNames(), Path("folder")
    twins = [b"Readme.txt", b"README.TXT", b"readme.txt", b"readme~2.txt", b"Readme.txt"]
    twins += ["é".encode(), "e\u0301".encode(), "É".encode(), b".x", b".X"]
    found = [names.given(folder, name) for name in twins]
    keys = {unicodedata.normalize("NFC", path.name).casefold() for path in found}
    assert len(keys) == len(twins)
    assert found[0] == folder / "Readme.txt"
    assert found[1] == folder / "README~2.TXT"
    assert names.given(Path("other"), b"README.TXT") == Path("other", "README.TXT")


def test_many_twins_take_no_time_that_grows_with_their_square() -> None:
    names, folder = SafeNames(), Path("folder")
    assert len({names.given(folder, b"same") for _ in range(20_000)}) == 20_000
