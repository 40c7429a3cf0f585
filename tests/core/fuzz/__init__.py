"""Chains with bytes flipped, cut and spliced, and parsers fed with anything.

The test of this folder runs a fixed number of cases from a fixed seed. For a longer run::

    python -m tests.core.fuzz.run --cases 1000000 --seed 7
"""
