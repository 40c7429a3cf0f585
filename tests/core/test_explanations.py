"""The table of explanations: words for every verdict, with the numbers it was found by."""

from __future__ import annotations

from pathlib import Path

import pytest

from redoscope_core import State
from redoscope_core.candidates import Candidate, Reason
from redoscope_core.errors import UnsupportedVmdk
from redoscope_core.explanations import explained
from redoscope_core.extents.lookup import Answer, LookupStep
from redoscope_core.phrases import instead_words
from redoscope_core.verdicts import Onward, Verdict


def step(verdict: Verdict, onward: Onward = Onward.NOBODY) -> LookupStep:
    """Return a step with *verdict* and numbers that can be told apart."""
    answer = Answer(
        file=None,
        kind="sparse",
        state=State.DATA,
        verdict=verdict,
        directory_entry=0x1234,
        table_entry=0xABCD,
        cause=UnsupportedVmdk("the data lies elsewhere", found="x"),
    )
    said = LookupStep.of(0, Path("a.vmdk"), answer)
    return said if onward is Onward.NOBODY else said.asking_next(has_parent=onward is Onward.PARENT)


def test_every_verdict_has_words_of_its_own() -> None:
    # What is elsewhere and what is lost both say their cause.
    verdicts = set(Verdict) - {Verdict.LOST}
    told = {explained(step(verdict)) for verdict in verdicts}
    assert len(told) == len(verdicts)
    assert explained(step(Verdict.LOST)) == "the data lies elsewhere"
    assert all(told)


@pytest.mark.parametrize(
    ("verdict", "number"),
    [
        (Verdict.TABLE_LOST, "0x1234"),
        (Verdict.GRAIN, "0xABCD"),
        (Verdict.PACKED_GRAIN, "0xABCD"),
        (Verdict.GRAIN_LOST, "0xABCD"),
        (Verdict.ELSEWHERE, "the data lies elsewhere"),
    ],
)
def test_a_verdict_is_told_with_what_it_was_found_by(verdict: Verdict, number: str) -> None:
    assert number in explained(step(verdict))


def test_whom_a_link_that_has_nothing_asks_is_told() -> None:
    words = {onward: explained(step(Verdict.NO_GRAIN, onward)) for onward in Onward}
    assert words[Onward.PARENT] == f"{words[Onward.NOBODY]}: ask the parent"
    assert words[Onward.NO_PARENT] == f"{words[Onward.NOBODY]}: there is no parent to ask"


def test_every_reason_for_a_candidate_has_words_of_its_own() -> None:
    told = {
        instead_words([Candidate(Path("a"), (reason,))], looked_at_all=True)[0] for reason in Reason
    }
    assert len(told) == len(Reason)
