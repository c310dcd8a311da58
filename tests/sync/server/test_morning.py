"""Every office comes back within a minute after the same power cut: all are served, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.server.verify import verify
from tests.sync.server.morning import come_back, enrolled, found, own_entries, serving
from tests.sync.server.postgres import Cluster

ENTRIES = 20


@pytest.mark.parametrize(
    ("offices", "pcs", "within_s"),
    [(6, 3, 0.1), pytest.param(165, 5, 60.0, marks=pytest.mark.long), pytest.param(165, 5, 1.0, marks=pytest.mark.long)],
)
def test_all_are_served_and_nothing_is_lost(tmp_path: Path, cluster: Cluster, offices: int, pcs: int, within_s: float) -> None:
    province = found(tmp_path / "server", cluster.fresh(), offices)
    with serving(tmp_path / "server") as url:
        made = enrolled(province, offices, pcs, ENTRIES, url)
        morning = come_back(made, url, within_s, seed=1)
    assert morning.failed == []
    assert len(morning.waits) == offices * pcs
    for pc in made:
        own = own_entries(pc)
        assert len(own) == ENTRIES
        assert province.log.held(pc.credentials.scopes[2], own) == own
    assert verify(province) == []
    province.close()
