"""A store of one office, in a temporary folder, with a fixed clock and seeded randomness."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from qms_desktop.domain.ids import Entropy
from qms_desktop.keys import MemoryKeys
from qms_desktop.store.meta import Identity
from qms_desktop.store.unit import Author, UnitStore

NOW = datetime(2026, 11, 20, 9, 0)
UNIT = "29677"
UNIT_KEY = bytes(range(32))

MakeStore = Callable[[str], UnitStore]


@pytest.fixture
def author() -> Author:
    return Author("person-an", NOW)


@pytest.fixture
def entropy() -> Entropy:
    return random.Random(7).randbytes


@pytest.fixture
def make_store(tmp_path: Path, entropy: Entropy) -> Iterator[MakeStore]:
    made: list[UnitStore] = []

    def make(name: str) -> UnitStore:
        identity = Identity(replica=entropy(16).hex(), letter=name, unit_code=UNIT)
        store = UnitStore.create(tmp_path / name / "office.db", identity, MemoryKeys(), lambda: NOW, entropy)
        store.add_unit_key(UNIT, 1, UNIT_KEY)
        made.append(store)
        return store

    yield make
    for store in made:
        store.close()


@pytest.fixture
def store(make_store: MakeStore) -> UnitStore:
    return make_store("A")
