"""A kit for each scenario."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.remedies.remedy import Kit


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    made = Kit(tmp_path)
    yield made
    made.close()
