"""The story that the sample chain tells: one week of a small office, one link a day.

Every link says in its own words what happened in it; the words stand in its descriptor, where the
window and `redoscope tree` find them. What a student is to discover:

- the grain of DIARY.TXT is rewritten by every link (`DIARY_GRAIN`);
- the grain of SALARIES.TXT becomes an explicit zero grain in one child (`SHREDDED_GRAIN`), and
  every older generation still reads it;
- the grains of MAIL.MBX are stored by one child alone (`MAIL_GRAIN`);
- deleting a file writes its folder and the tables and nothing else;
- Child1a is a child of an older generation, made when newer children were there already.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from redoscope_core.format.units import SECTOR
from redoscope_core.sample.contents import (
    Content,
    Customers,
    Mails,
    Noise,
    Picture,
    Text,
)

__all__ = [
    "BASE",
    "BRANCH",
    "CAPACITY",
    "DIARY_GRAIN",
    "DIARY_SECTOR",
    "DIGESTS",
    "GRAIN_SIZE",
    "LABEL",
    "LINKS",
    "MAIL_GRAIN",
    "RECORDS_BASE",
    "RECORDS_TIP",
    "SAMPLE",
    "SHREDDED_GRAIN",
    "TIP",
    "Delete",
    "Move",
    "SampleLink",
    "Shred",
    "Step",
    "Write",
]

CAPACITY = 131_072
"""Sectors: 64 MiB."""
GRAIN_SIZE = 128
"""Sectors: 64 KiB."""
LABEL = "OFFICE"
"""Of the volume on the first disk."""

DIARY_GRAIN = 32
SHREDDED_GRAIN = 64
MAIL_GRAIN = 800


@dataclass(frozen=True, slots=True)
class Write:
    """Write a file, or replace it in its place."""

    path: str
    content: Content
    grain: int = 0
    """The grain of the disk from which on a new file lies; 0 for anywhere."""


@dataclass(frozen=True, slots=True)
class Move:
    """Give customers of the database a new address: one sector each."""

    path: str
    numbers: tuple[int, ...]
    street: str


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete a file."""

    path: str


@dataclass(frozen=True, slots=True)
class Shred:
    """Write zeros over the grains of a file, then delete it."""

    path: str


Step = Write | Move | Delete | Shred


@dataclass(frozen=True, slots=True)
class SampleLink:
    """One link of the sample, and what happened in it."""

    name: str
    parent: str | None
    """The file of the parent link; None for the base disk."""
    comment: str
    when: datetime
    steps: tuple[Step, ...]
    zeroed_grains: bool = False
    """Whether the link can say "zeros" without storing them."""
    label: str = LABEL
    """Of the volume, where the link is a base disk."""


BASE = "office.vmdk"
TIP = "office-000005.vmdk"
BRANCH = "office-000002-child1a.vmdk"
RECORDS_BASE = "records.vmdk"
RECORDS_TIP = "records-000001.vmdk"
DIGESTS = {
    TIP: "b6dcb21b770a893b1c1d2e9d4bfd3adb41857da4324ea25300e0e2ed879d4902",
    RECORDS_TIP: "fe0ae874b79114e3c1f7df518248da865701848121ec7ec94328efbdf66b9770",
    BRANCH: "84ff6602f44b9760fd567bb9bb25c0592c2747b6e658dbc8d3c7f241975f9c41",
}
"""SHA-256 of the generations that no other link was made from, as they are made."""
DIARY_SECTOR = DIARY_GRAIN * GRAIN_SIZE
"""Where the diary lies: what every link rewrites, and so the place to begin at."""

README = Text(
    (
        "THE DISK OF A SMALL OFFICE",
        "",
        "This disk belongs to the sample chain of Redoscope. It started as one file,",
        "office.vmdk. Every working day a child disk was put on top of it, and from",
        "then on each change went into the child while everything below stayed as it",
        "was. So each link holds one day, and every older day can still be read.",
        "",
        "DIARY.TXT     one line a day: follow it through the generations",
        "BUDGET.CSV    the plan for the year; replaced on Friday",
        "SALARIES.TXT  shredded on Wednesday. Is it gone?",
        "CUSTOMER.DB   one record a sector; a few customers move each day",
        "PHOTOS        pictures, some added on Tuesday, one deleted on Friday",
        "SCANS         paper that went through the scanner",
        "MAIL.MBX      arrives on Thursday, far out where nothing was stored before",
    )
)

DIARY = (
    "Fri 02 Jan  New disk. Copied our files to it and closed for the weekend.",
    "Mon 05 Jan  Ten customers have moved. Corrected their addresses.",
    "Tue 06 Jan  The pictures of the New Year party have come.",
    "Wed 07 Jan  The salaries must not lie around. Shredded the file.",
    "Thu 08 Jan  The mail program works at last.",
    "Fri 09 Jan  New budget. Deleted a blurred picture.",
)
RESCUE = "Fri 09 Jan  Went back to Tuesday's disk: the salaries are still there. Kept a copy."

SALARIES = Text(
    (
        "SALARIES - CONFIDENTIAL",
        "",
        "Ada Bauer       director      5200",
        "Grace Jensen    engineer      4800",
        "Ken Okafor      engineer      4750",
        "Radia Novak     bookkeeping   4100",
        "Dennis Ito      trainee       1900",
    ),
    padded_to=GRAIN_SIZE * SECTOR,
)


def diary(days: int, *more: str) -> Write:
    """Return the step that writes the diary of the first *days* days."""
    return Write("DIARY.TXT", Text((*DIARY[:days], *more)), DIARY_GRAIN)


def budget(rent: int, wages: int, machines: int) -> Write:
    """Return the step that writes the budget."""
    rows = [f"rent,{rent}", f"wages,{wages}", f"machines,{machines}"]
    lines = ("item,euro", *rows, f"total,{rent + wages + machines}")
    return Write("BUDGET.CSV", Text(lines), 40)


def photo(name: str, grain: int, height_of_sun: float) -> Write:
    """Return the step that adds a picture."""
    return Write(f"PHOTOS/{name}.BMP", Picture(320, 240, height_of_sun), grain)


def scan(number: int, grain: int, count: int, *, seed: int = 1) -> Write:
    """Return the step that adds a scan of *count* KiB, or replaces it by one of another seed."""
    return Write(f"SCANS/SCAN{number:02d}.BIN", Noise(100 * seed + number, count * 1024), grain)


SAMPLE: tuple[SampleLink, ...] = (
    SampleLink(
        BASE,
        None,
        "Friday: a freshly formatted disk with README.TXT, DIARY.TXT, BUDGET.CSV and the other "
        "files of a small office.",
        datetime(2026, 1, 2, 16, 30),  # noqa: DTZ001 - FAT keeps local time
        (
            Write("README.TXT", README, 20),
            diary(1),
            budget(14400, 249000, 18000),
            Write("SALARIES.TXT", SALARIES, SHREDDED_GRAIN),
            Write("CUSTOMER.DB", Customers(3000), 128),
            photo("HARBOUR", 256, 0.8),
            photo("SUNRISE", 262, 0.15),
            photo("BLURRED", 268, 0.5),
            *(scan(number, 320 + 37 * number, 96 + 40 * (number % 4)) for number in range(1, 12)),
        ),
    ),
    SampleLink(
        "office-000001.vmdk",
        BASE,
        "Monday: ten customers moved, so ten sectors of CUSTOMER.DB changed; DIARY.TXT got a line.",
        datetime(2026, 1, 5, 17, 5),  # noqa: DTZ001
        (
            diary(2),
            Move("CUSTOMER.DB", tuple(range(40, 3000, 300)), "1 New Quay"),
        ),
    ),
    SampleLink(
        "office-000002.vmdk",
        "office-000001.vmdk",
        "Tuesday: the pictures of the party were copied into PHOTOS, and two papers were scanned.",
        datetime(2026, 1, 6, 17, 20),  # noqa: DTZ001
        (
            diary(3),
            photo("PARTY1", 280, 0.3),
            photo("PARTY2", 286, 0.35),
            photo("PARTY3", 292, 0.4),
            scan(12, 820, 200),
            scan(13, 850, 120),
        ),
    ),
    SampleLink(
        "office-000003.vmdk",
        "office-000002.vmdk",
        "Wednesday: SALARIES.TXT was shredded. Its grain is an explicit zero grain here, and the "
        "base disk still holds the text.",
        datetime(2026, 1, 7, 12, 0),  # noqa: DTZ001
        (
            diary(4),
            Shred("SALARIES.TXT"),
            Move("CUSTOMER.DB", (640, 641, 1540), "7 Lighthouse Lane"),
        ),
        zeroed_grains=True,
    ),
    SampleLink(
        "office-000004.vmdk",
        "office-000003.vmdk",
        "Thursday: MAIL.MBX arrived in a region where no older link stored anything: this link "
        "alone has those grains.",
        datetime(2026, 1, 8, 18, 45),  # noqa: DTZ001
        (
            diary(5),
            Write("MAIL.MBX", Mails(3200), MAIL_GRAIN),
            scan(3, 431, 216, seed=2),
            Move("CUSTOMER.DB", tuple(range(40, 3000, 700)), "22 Bridge Street"),
        ),
    ),
    SampleLink(
        TIP,
        "office-000004.vmdk",
        "Friday: a new BUDGET.CSV replaced the old one, and PHOTOS/BLURRED.BMP was deleted: its "
        "bytes are all still on the disk.",
        datetime(2026, 1, 9, 15, 10),  # noqa: DTZ001
        (
            diary(6),
            budget(14400, 261000, 9500),
            Delete("PHOTOS/BLURRED.BMP"),
            scan(9, 653, 136, seed=2),
        ),
    ),
    SampleLink(
        BRANCH,
        "office-000002.vmdk",
        "Child1a: made on Tuesday's disk after newer children existed, to get SALARIES.TXT back. "
        "A branch: the other links know nothing of it.",
        datetime(2026, 1, 9, 19, 30),  # noqa: DTZ001
        (
            diary(3, RESCUE),
            Write("RESCUED.TXT", SALARIES, 960),
        ),
    ),
)

RECORDS: tuple[SampleLink, ...] = (
    SampleLink(
        RECORDS_BASE,
        None,
        "Thursday: a second disk for records, with the letters of the year that is over.",
        datetime(2026, 1, 8, 9, 0),  # noqa: DTZ001
        (
            Write("LETTERS.TXT", Mails(400), 24),
            Write("Y2025/SCAN01.BIN", Noise(301, 96 * 1024), 64),
        ),
        label="RECORDS",
    ),
    SampleLink(
        RECORDS_TIP,
        RECORDS_BASE,
        "Friday: the old budget went to the records, above Thursday's snapshot.",
        datetime(2026, 1, 9, 15, 5),  # noqa: DTZ001
        (Write("Y2025/BUDGET.CSV", budget(14400, 249000, 18000).content, 96),),
    ),
)
"""The links of the second disk, which the machine has since Thursday."""
LINKS = (*SAMPLE, *RECORDS)
"""All links, each behind its parent."""
