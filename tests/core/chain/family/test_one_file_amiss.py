"""Any chain with any one file amiss opens right, names what helps first, or says there is none."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import Chain, FileMissing, Policy, VmdkError
from redoscope_core.errors import Reason
from tests.core.chain.family.drawn_family import CAPACITY, PLACES, Family, amiss, families

ACTS = ("remove", "rename", "swap", "replace")


def files_of(path: Path) -> list[Path]:
    """Return the files of the link *path*, its descriptor first."""
    others = sorted(path.parent.glob(f"{path.stem}-*.vmdk"))
    return [path, *others]


@given(
    family=families(),
    which=st.integers(0, 99),
    act=st.sampled_from(ACTS),
    place=st.sampled_from(PLACES),
    other_capacity=st.booleans(),
    decoys=st.integers(0, 2),
)
def test_any_one_file_amiss_is_named_where_it_is_now_or_said_to_be_gone(
    family: Family, which: int, act: str, place: str, *, other_capacity: bool, decoys: int
) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        paths = family.build(root)
        for number in range(decoys):
            (root / "decoys").mkdir(exist_ok=True)
            (root / "decoys" / f"{number}.bin").write_bytes(bytes(4096))
        chain = [paths[index] for index in family.chain]
        every = [(link, file) for link in chain for file in files_of(link)]
        link, victim = [pair for pair in every if pair[1] != chain[-1]][which % (len(every) - 1)]
        data = [file for file in files_of(link) if file != link]
        if victim != link and act in {"swap", "replace"}:
            act = "remove" if act == "replace" else "rename"
        capacity = 2 * CAPACITY if other_capacity else CAPACITY
        now = amiss(root, victim, act, place, capacity=capacity)
        judge(root, family, chain, (victim, now), data)


def judge(
    root: Path, family: Family, chain: list[Path], at: tuple[Path, Path | None], data: list[Path]
) -> None:
    """Open the last of *chain*, of which one file is not where it was, and look at the answer.

    *at* is where it was, and where it is now; *data* the other files of its link.
    """
    victim, now = at
    error, links, content = opened(chain[-1], root)
    if error is None:
        assert now is not None, "what is gone was found"
        assert links == [now if link == victim else link for link in chain]
        assert content == family.content()
        return
    named = [one.path.resolve() for one in error.candidates]
    reasons = {reason for one in error.candidates for reason in one.reasons}
    if now is None:
        assert Reason.HAS_WANTED_CONTENT_ID not in reasons
        assert set(named) <= set(data)
    elif isinstance(error, FileMissing) and victim not in data:
        assert named[0] in data, "the descriptor was found, its data lies where it lay"
    else:
        assert named[:1] == [now]


def opened(path: Path, root: Path) -> tuple[VmdkError | None, list[Path], bytes]:
    """Return why *path* does not open, or its links, base disk first, and its bytes."""
    try:
        with Chain.open(path, policy=Policy(opened=root)) as found:
            links = [link.path.resolve() for link in found.links]
            return None, links, found.read(0, found.capacity)
    except VmdkError as error:
        return error, [], b""
