"""Signatures of the heads of a case's trail: each is a file of its own, and none is replaced.

    signatures/17.head        17:3f5a...        the line that was signed
    signatures/17.head.sig    as `ssh-keygen -Y sign -n redoscope` makes it

Whoever has the two files and the signer's public key can check them without this program.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.errors import FileRefused, InvalidArgument
from redoscope_core.files.file import DiskFile, folder_error
from redoscope_core.files.new_file import NewFiles, sync_folder
from redoscope_core.files.ssh_signing import CheckedSignature, SignatureState, check_signature, sign
from redoscope_core.format.trail import TrailHead
from redoscope_core.operations.reporting.trail import lines_at

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["SIGNATURES", "SignedHead", "check_signatures", "sign_head"]

SIGNATURES = "signatures"
_NAME = re.compile(r"([0-9]{1,18})\.head")
_ENDING = ".sig"
_MOST = 1000
"""Signatures that are checked: each starts a program."""
_LONGEST = 200


class SignedHead(NamedTuple):
    """A signed head, checked."""

    file: Path
    """What was signed."""
    head: TrailHead | None
    """None if the file is none."""
    is_of_trail: bool
    """Whether the trail has that very line."""
    signed: CheckedSignature

    @property
    def is_sound(self) -> bool:
        """Whether nothing wrong is known of it; a key that nobody knows is nothing wrong."""
        return self.is_of_trail and self.signed.state not in {
            SignatureState.BAD,
            SignatureState.BY_OTHER,
        }


def sign_head(folder: Path, head: TrailHead, key: Path) -> Path:
    """Sign *head* by *key* in the case *folder*, and return the signature's file.

    Raises:
        AlreadyExists: That head is signed.
        FileRefused: The folder of signatures is a symbolic link.
        VmdkError: It can't be signed, or not be saved.
    """
    line = f"{head}\n".encode("ascii")
    signature = sign(line, key)
    place = folder / SIGNATURES
    if place.is_symlink():
        raise FileRefused(
            "nothing is written where a symbolic link of a case leads",
            path=place,
            cure="put a folder in its place",
        )
    try:
        place.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise folder_error(error, place) from None
    sync_folder(folder)
    signed = place / f"{head.number}.head"
    targets = [signed, signed.with_name(signed.name + _ENDING)]
    with NewFiles(targets) as files:
        for file, data in zip(files, (line, signature), strict=True):
            file.write_at(0, data)
    return targets[1]


def check_signatures(folder: Path, trail: Path, allowed: Path | None) -> list[SignedHead]:
    """Return what the signatures of the case *folder* come to, by number.

    Raises:
        VmdkError: ssh-keygen, or the list *allowed*, is not there; the trail can't be read.
    """
    try:
        names = [each.name for each in (folder / SIGNATURES).iterdir()]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise folder_error(error, folder / SIGNATURES) from None
    found = [match for name in names if (match := _NAME.fullmatch(name))]
    files = [
        folder / SIGNATURES / match[0] for match in sorted(found, key=lambda each: int(each[1]))
    ]
    heads = {file: _head_in(file) for file in files[:_MOST]}
    lines = lines_at(trail, {head.number for head in heads.values() if head is not None})
    return [_checked(file, head, lines, allowed) for file, head in heads.items()]


def _head_in(file: Path) -> TrailHead | None:
    try:
        with DiskFile(file) as opened:
            data = opened.read_at(0, min(opened.file_bytes, _LONGEST), what="the head")
        return TrailHead.parse(data.decode("ascii"))
    except (InvalidArgument, UnicodeDecodeError):
        return None


def _checked(
    file: Path, head: TrailHead | None, lines: dict[int, str], allowed: Path | None
) -> SignedHead:
    if head is None:
        return SignedHead(
            file, None, False, CheckedSignature(SignatureState.BAD, None, "the file is no head")
        )
    is_of_trail = lines.get(head.number) == head.sha256
    signature = file.with_name(file.name + _ENDING)
    if not signature.exists():
        return SignedHead(
            file,
            head,
            is_of_trail,
            CheckedSignature(SignatureState.BAD, None, "the signature is not there"),
        )
    return SignedHead(
        file, head, is_of_trail, check_signature(f"{head}\n".encode(), signature, allowed)
    )
