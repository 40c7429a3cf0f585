"""Needle: what is sought, as the bytes it may be written in."""

from __future__ import annotations

import codecs
import re
import warnings
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from redoscope_core.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MAX_PATTERN", "Needle", "Spelling", "encodings_known"]

MAX_PATTERN = 4096
"""Longest match in bytes that is found."""
_SHOWN = 60
_BOTH_ENDS = {"utf-16": ("utf-16-le", "utf-16-be"), "utf-32": ("utf-32-le", "utf-32-be")}
"""Which of its ends comes first is not known of a text on a disk: both are sought."""
_NO_MARK = {"utf-8-sig": "utf-8"}
_NOT_TEXT = frozenset({"idna", "punycode", "undefined", "mbcs", "oem"})
"""Of names, or of no text, or of one system alone."""
_MOST_WAYS = 64


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way in which what is sought stands in bytes: the bytes themselves, or a pattern."""

    name: str
    """The encoding of a text; "hex", "bytes" or "regex" otherwise."""
    literal: bytes = b""
    fold_case: bool = False
    """Whether the letters A to Z of *literal* count as small ones."""
    pattern: re.Pattern[bytes] | None = None
    in_turn: bool = False
    """Whether matches of *pattern* are taken from left to right, none within another."""
    longest: int = 0
    """Bytes of the longest match."""


@dataclass(frozen=True, slots=True)
class Needle:
    """What is sought: found wherever one of its spellings is."""

    spellings: tuple[Spelling, ...]

    @classmethod
    def of_bytes(cls, sought: bytes, *, fold_case: bool = False, name: str = "bytes") -> Needle:
        """Seek these bytes; with *fold_case* the letters A to Z count as small ones.

        Raises:
            InvalidArgument: They are none, or too many.
        """
        _check_length(len(sought))
        return cls((Spelling(name, sought, fold_case, longest=len(sought)),))

    @classmethod
    def of_hex(cls, text: str) -> Needle:
        """Seek the bytes that *text* has in hex, where ``??`` stands for any byte.

        Raises:
            InvalidArgument: It is not bytes in hex, or only ``??``.
        """
        digits = "".join(text.split())
        pairs = [digits[at : at + 2] for at in range(0, len(digits), 2)]
        wrong = re.search(r"[^0-9a-fA-F?]", digits)
        if wrong or len(digits) % 2 or any("?" in pair and pair != "??" for pair in pairs):
            odd = next((pair for pair in pairs if "?" in pair and pair != "??"), "")
            part = wrong[0] if wrong else odd
            raise InvalidArgument(
                "a pattern that is not bytes in hex",
                found=f"{part!r} in {text[:_SHOWN]!r}" if part else f"{len(digits)} hex digits",
                expected="two digits of 0 to 9 and a to f for each byte, or ??, such as 'de ad ??'",
            )
        if "??" not in pairs:
            return cls.of_bytes(bytes.fromhex(digits), name="hex")
        if set(pairs) == {"??"}:
            raise InvalidArgument(
                "a pattern that any bytes fit", found=text[:_SHOWN], expected="a byte that is known"
            )
        _check_length(len(pairs))
        raw = b"".join(b"." if pair == "??" else re.escape(bytes.fromhex(pair)) for pair in pairs)
        found = re.compile(raw, re.DOTALL)
        return cls((Spelling("hex", pattern=found, longest=len(pairs)),))

    @classmethod
    def of_text(
        cls, text: str, encodings: Iterable[str] = ("utf-8",), *, fold_case: bool = False
    ) -> Needle:
        """Seek *text* in each of *encodings*; with *fold_case* large and small letters are alike.

        Raises:
            InvalidArgument: There is no text, an encoding is not known or has no bytes for it.
        """
        named = [one for name in encodings for one in _ends_of(name)]
        found: dict[tuple[bytes, bytes | None], Spelling] = {}
        for name in dict.fromkeys(named):
            one = _spelling(text, name, fold_case=fold_case)
            raw = None if one.pattern is None else one.pattern.pattern
            found.setdefault((one.literal, raw), one)
        return cls(tuple(found.values()))

    @classmethod
    def of_regex(cls, pattern: re.Pattern[bytes]) -> Needle:
        """Seek matches of *pattern*, from left to right, of at most `MAX_PATTERN` bytes."""
        return cls((Spelling("regex", pattern=pattern, in_turn=True, longest=MAX_PATTERN),))

    @classmethod
    def of_expression(
        cls, text: str, encoding: str = "utf-8", *, fold_case: bool = False
    ) -> Needle:
        """Seek matches of the regular expression *text*, which is over bytes.

        Raises:
            InvalidArgument: It is none.
        """
        raw = _encoded(text, encoding)
        try:
            with warnings.catch_warnings():
                # Python has its doubts about some patterns, and they are none of the user's.
                warnings.simplefilter("ignore")
                return cls.of_regex(re.compile(raw, re.IGNORECASE if fold_case else 0))
        except (re.error, OverflowError, RecursionError) as error:
            place = error.pos if isinstance(error, re.error) else None
            raise InvalidArgument(
                "a pattern that is no regular expression",
                where=None if place is None else f"its byte {place}",
                found=repr(raw.decode("utf-8", "backslashreplace")[:_SHOWN]),
                expected="brackets that close, repeats behind something, escapes that exist",
                cure="put a backslash before a sign that means itself, or search without --regex",
            ) from None


def encodings_known() -> tuple[str, ...]:
    """Return the names of all encodings that a text can be sought in."""
    from encodings.aliases import aliases  # noqa: PLC0415 - whoever offers a choice needs it

    names = {name.replace("_", "-") for name in aliases.values()} - _NOT_TEXT
    return tuple(sorted(name for name in names if _is_known(name)))


def _is_known(name: str) -> bool:
    try:
        "a".encode(name)
    except (LookupError, ValueError):
        return False
    return True


def _check_length(length: int) -> None:
    if not 0 < length <= MAX_PATTERN:
        raise InvalidArgument(
            "nothing that can be sought",
            found=f"{length} bytes",
            expected=f"1 to {MAX_PATTERN}",
        )


def _ends_of(name: str) -> tuple[str, ...]:
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return (name,)
    return _BOTH_ENDS.get(known, (_NO_MARK.get(known, name),))


def _encoded(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeError:
        raise InvalidArgument(
            "a pattern that the encoding has no bytes for",
            found=repr(text),
            expected=f"characters of {encoding}",
            cure="name another --encoding, or give the bytes with --hex",
        ) from None
    except (LookupError, ValueError):
        raise InvalidArgument(
            "an encoding that is not known",
            found=repr(encoding),
            expected="a name such as utf-8, utf-16-le, cp1252, latin-1 or cp437",
        ) from None


def _spelling(text: str, encoding: str, *, fold_case: bool) -> Spelling:
    raw = _encoded(text, encoding)
    _check_length(len(raw))
    if not fold_case:
        return Spelling(encoding, raw, longest=len(raw))
    ways = [_ways(letter, encoding) for letter in text]
    if b"".join(each[0] for each in ways) != raw:
        # What a letter is written as depends on those before it: only whole texts can be told.
        ways = [_whole_ways(text, encoding)]
    if all(each[1:] in {(), (each[0].swapcase(),)} for each in ways) and _folds(ways):
        return Spelling(encoding, raw, fold_case=True, longest=len(raw))
    longest = sum(max(map(len, each)) for each in ways)
    _check_length(longest)
    groups = (b"|".join(map(re.escape, each)) for each in ways)
    joined = b"".join(b"(?:" + group + b")" for group in groups)
    return Spelling(encoding, pattern=re.compile(joined, re.DOTALL), longest=longest)


def _folds(ways: list[tuple[bytes, ...]]) -> bool:
    """Tell whether every byte that is a letter may be either: `bytes.lower` folds them all."""
    return all(len(each) > 1 or each[0].swapcase() == each[0] for each in ways)


def _ways(letter: str, encoding: str) -> tuple[bytes, ...]:
    """Return the bytes of *letter* and of what counts as the same, itself first."""
    alike = _alike(letter)
    found = [_encoded(letter, encoding)]
    for each in alike:
        try:
            found.append(each.encode(encoding))
        except UnicodeError:
            continue
    return tuple(dict.fromkeys(found))


def _alike(letter: str) -> list[str]:
    """Return what counts as the same letter: ä and Ä, ß and ss and SS."""
    folded = letter.casefold()
    found = [letter.lower(), letter.upper(), letter.title(), folded]
    if len(folded) > 1:
        found += ["".join(each) for each in product(*((part, part.upper()) for part in folded))]
    return found[:_MOST_WAYS]


def _whole_ways(text: str, encoding: str) -> tuple[bytes, ...]:
    texts = dict.fromkeys((text, text.lower(), text.upper(), text.title(), text.swapcase()))
    found = [_encoded(text, encoding)]
    for each in texts:
        try:
            found.append(each.encode(encoding))
        except UnicodeError:
            continue
    return tuple(dict.fromkeys(found))
