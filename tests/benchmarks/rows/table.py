"""The table of rows: each name once."""

from __future__ import annotations

from tests.benchmarks.rows import (
    Row,
    attributing,
    checking,
    examining,
    flattening,
    growth,
    keeping,
    mapping,
    memory,
    merging,
    reading,
    reporting,
    searching,
    starting,
    window,
    writing,
)

__all__ = ["ROWS"]

ROWS: dict[str, Row] = {
    "map-w2": mapping.map_of_w2,
    "map-w1": mapping.map_of_w1,
    "read-w1": reading.read_tip,
    "random-w1": reading.random_reads,
    "changes-w1": mapping.changes_of_w1,
    "changes-w2": mapping.changes_of_w2,
    "stored-w2": reading.read_stored,
    "flatten-w1": flattening.flatten_w1,
    "flatten-w4": flattening.flatten_w4,
    "inflate-w3": flattening.inflate_w3,
    "pack-w3": flattening.pack_w3,
    "compare-w1": examining.compare_w1,
    "hash-w1": examining.hash_w1,
    "search-w1": examining.search_w1,
    "search-generations": searching.search_generations,
    "search-w2": searching.search_w2,
    "check-w2": checking.check_w2,
    "files-changed": attributing.changed_files,
    "report": reporting.report_of_many_ranges,
    "write-w1": writing.write_w1,
    "consolidate-w1": merging.consolidate_w1,
    "backup-w1": keeping.backup_w1,
    "small": starting.small_commands,
    "memory-w1": memory.memory_of_w1,
    "memory-w2": memory.memory_of_w2,
    "window": window.window,
    "growth": growth.growth,
}
