"""The sample chain: a small disk with a story that a student can follow."""

from redoscope_core.sample.finding import (
    SampleFound,
    SampleState,
    find_sample,
    fresh_sample,
)
from redoscope_core.sample.make import make_sample
from redoscope_core.sample.story import (
    BRANCH,
    DIARY_SECTOR,
    SAMPLE,
    SHREDDED_GRAIN,
    TIP,
    SampleLink,
)

__all__ = [
    "BRANCH",
    "DIARY_SECTOR",
    "SAMPLE",
    "SHREDDED_GRAIN",
    "TIP",
    "SampleFound",
    "SampleLink",
    "SampleState",
    "find_sample",
    "fresh_sample",
    "make_sample",
]
