"""The command that tells the history of a file, on the sample's lesson of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core import make_sample
from tests.core.cli.test_schemas import judged
from tests.core.finished import finished

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope


def test_the_shredded_file_of_the_sample_is_still_in_its_base_disk(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    tip = finished(make_sample(tmp_path / "sample"))
    ran = redoscope("history", tip, "/SALARIES.TXT")
    lines = ran.out.splitlines()
    assert ran.status == 0
    assert lines[4] == "  3 office-000003.vmdk: deleted /SALARIES.TXT (shredded)"
    assert lines[7] == "generations 0 to 2: 65536 bytes of /SALARIES.TXT: 65536 in office.vmdk"
    assert lines[8].endswith("still stored: 65536 in office.vmdk")
    assert "1:/SALARIES.TXT --at 2" in lines[9]
    document = redoscope("history", tip, "/SALARIES.TXT", "--json").document
    assert judged("history", document) == []
    (content,) = document["files"][0]["contents"]
    (lost,) = content["overwritten"]
    assert (lost["generation"], lost["zeros"], content["never_overwritten"]) == (3, 65536, 0)
    ran = redoscope("history", tip, "/NO\x1b.TXT")
    assert (ran.status, ran.out) == (1, "")
    assert "no generation has such a file" in ran.err
    assert "\x1b" not in ran.err
    for path in ("", "/", "9:/DIARY.TXT", "2:/"):
        assert "expected /PATH as `files` lists it" in redoscope.refused("history", tip, path)
