"""The sample chain: a small disk with a story that a student can follow."""

from redoscope_core.operations.sample.make import make_sample
from redoscope_core.operations.sample.story import BRANCH, SAMPLE, TIP, SampleLink

__all__ = ["BRANCH", "SAMPLE", "TIP", "SampleLink", "make_sample"]
