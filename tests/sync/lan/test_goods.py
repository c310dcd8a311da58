"""Sealed files between neighbours: fetched in pieces, brought only to who cannot fetch, taken only where a record names them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from sync.errors import TransportFault
from sync.files.blobs import CHUNK, Blob
from sync.files.shelf import Shelf
from sync.lan.house import House
from sync.lan.visiting import NeighbourRounds
from tests.sync.client.freight import Holder
from tests.sync.lan.conftest import CALM, house, listening, typed, welcome_all
from tests.sync.world.offices import Pc


@dataclass
class Neighbour:
    """A PC with a shelf, which answers at an address."""

    pc: Pc
    hold: Holder
    house: House
    address: str = ""

    def visits(self, *others: Neighbour) -> NeighbourRounds:
        contacts = [typed(other.address) for other in others]
        return NeighbourRounds(self.house, lambda: contacts, CALM)

    def calls(self, other: Neighbour) -> tuple[NeighbourRounds, int]:
        """One visit and all there is to carry; how many pieces."""
        rounds = self.visits(other)
        rounds.run()
        return rounds, carry_all(rounds)


@pytest.fixture
def neighbours(join: Callable[..., Pc], tmp_path: Path) -> Iterator[Callable[..., Neighbour]]:
    with ExitStack() as stack:

        def made(name: str, welcome: Callable[[str], bool] = welcome_all) -> Neighbour:
            pc, hold = join(name), Holder(Shelf(tmp_path / name))
            pc.write(f"of {name}", state="received")
            there = Neighbour(pc, hold, house(pc, welcome, hold))
            there.address = f"127.0.0.1:{stack.enter_context(listening(there.house)).port}"
            return there

        yield made


Make = Callable[..., Neighbour]


def carry_all(rounds: NeighbourRounds) -> int:
    """How many pieces it took."""
    pieces = 0
    while rounds.carry():
        pieces += 1
    return pieces


def content(neighbour: Neighbour, blob: Blob) -> bytes:
    return b"".join(neighbour.hold.shelf.chunks(blob.name))


def test_a_file_is_fetched_from_who_has_it(neighbours: Make) -> None:
    one, two = neighbours("one"), neighbours("two")
    blob = one.hold.scan(3 * CHUNK)
    two.hold.wanted = [blob]
    rounds, pieces = two.calls(one)
    assert content(two, blob) == content(one, blob)
    assert two.hold.came == [blob.name]
    assert pieces > 3
    assert rounds.visits[0].files == 1


def test_a_file_is_brought_to_a_neighbour_that_never_knocks_and_not_to_one_that_fetches(neighbours: Make) -> None:
    one, two = neighbours("one"), neighbours("two")
    blob = one.hold.scan(CHUNK)
    two.hold.wanted = [blob]
    two.visits(one).run()
    one.calls(two)
    assert two.hold.shelf.size(blob.name) is None
    one.pc.clock.now += 60 * 60_000  # type: ignore[attr-defined]
    one.calls(two)
    assert content(two, blob) == content(one, blob)
    assert two.hold.came == [blob.name]


def test_what_came_from_one_goes_on_from_there_at_the_next_visit(neighbours: Make) -> None:
    one, two = neighbours("one"), neighbours("two")
    blob = one.hold.scan(3 * CHUNK)
    two.hold.wanted = [blob]
    rounds = two.visits(one)
    rounds.run()
    for _ in range(3):
        assert rounds.carry()
    rounds.close()
    before = two.hold.shelf.most(blob.name)
    assert 0 < before < blob.size
    _rounds, _pieces = two.calls(one)
    assert content(two, blob) == content(one, blob)


def test_a_liar_spoils_nothing_of_what_another_gives(neighbours: Make) -> None:
    one, liar, two = neighbours("one"), neighbours("liar"), neighbours("two")
    blob = one.hold.scan(2 * CHUNK)
    liar.hold.scan(2 * CHUNK)
    [file] = liar.hold.shelf.whole.root.rglob(blob.name)  # type: ignore[attr-defined]
    file.write_bytes(bytes(blob.size))
    two.hold.wanted = [blob]
    rounds = two.visits(liar, one)
    rounds.run()
    carry_all(rounds)
    assert content(two, blob) == content(one, blob)


def test_a_file_that_no_record_here_names_is_neither_taken_nor_given(neighbours: Make) -> None:
    one, two = neighbours("one"), neighbours("two")
    blob = one.hold.scan(CHUNK)
    one.calls(two)
    assert two.hold.shelf.most(blob.name) == 0
    one.hold.wanted = []
    two.hold.wanted = [blob]
    two.calls(one)
    assert two.hold.shelf.most(blob.name) == 0


def test_a_revoked_pc_gets_and_gives_no_file(neighbours: Make) -> None:
    out: set[str] = set()
    one, two = neighbours("one", lambda replica: replica not in out), neighbours("two")
    blob = one.hold.scan(CHUNK)
    two.hold.wanted = [blob]
    rounds = two.visits(one)
    rounds.run()
    out.add(two.pc.applicant.replica)
    assert not rounds.carry()
    assert two.hold.shelf.most(blob.name) == 0


def test_an_entry_goes_before_the_next_piece(neighbours: Make) -> None:
    """While a file is under way from here, a neighbour's dossier is taken and answered."""
    one, two = neighbours("one"), neighbours("two")
    blob = one.hold.scan(20 * CHUNK)
    two.hold.wanted = [blob]
    fetching = two.visits(one)
    fetching.run()
    assert fetching.carry()
    one.pc.write("urgent", state="received")
    assert fetching.run().received == 1
    assert fetching.carry()
    fetching.close()


def test_a_broken_line_under_a_file_asks_for_another_round_and_stops_no_other_neighbour(
    neighbours: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, three = neighbours("one"), neighbours("two"), neighbours("three")
    blob = three.hold.scan(CHUNK)
    two.hold.wanted = [blob]
    rounds = two.visits(one, three)
    rounds.run()
    gone = rounds._carriers[one.pc.applicant.replica]

    def broken() -> bool:
        raise TransportFault(TransportFault.CUT, "the cable")

    monkeypatch.setattr(gone, "step", broken)
    with pytest.raises(TransportFault):
        carry_all(rounds)
    assert content(two, blob) == content(three, blob)
