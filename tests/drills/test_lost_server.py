"""The server's disk is lost. A new one is set up, the communes come back one by one, and nobody is asked anything."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from qms_desktop.domain.errors import SetupError
from qms_desktop.domain.fields import Area
from qms_desktop.office import Office, Stage
from qms_desktop.store.files import UnitFiles
from qms_desktop.usecases import attachments, news, questions, stick_files
from sync.server.province import Province
from sync.server.verify import verify as verify_server
from tests.drills.place import EAST, MEMBERS, REVOKED, Place, ServerProcess, lived, placed, serving, verb
from tests.sync.server.conftest import cluster
from tests.sync.server.postgres import Cluster
from tests.usecases.commune_kit import Commune, digests, switch_on, until

__all__ = ["cluster"]

pytestmark = pytest.mark.long

BY_STICK, BY_NEIGHBOUR, ITS_NEIGHBOUR = "đông-a", "tây-a", "tây-b"
PUT_BACK = "Máy chủ tỉnh vừa được khôi phục từ bản sao cũ"


def lost(place: Place) -> Path:
    """What is left of the server's disk: the two files that were kept apart from it."""
    (place.folder / "server").rename(place.folder / "lost")
    server = place.folder / "server"
    server.mkdir()
    for kept in ("server.json", "server-keys.json"):
        shutil.copy2(place.folder / "lost" / kept, server)
    return server


def set_up(server: Path, how: str, backup: Path, database: str) -> None:
    """A new server under the old identity: from nothing, or from the backup."""
    to = ("--database", database) if database else ("--database", f"sqlite:///{server / 'server.db'}")
    if how == "backup":
        verb("restore", str(backup), "--data", str(server), *to)
        assert verb("verify", "--data", str(server)).startswith("ok")
    else:
        verb("rebuild", "--data", str(server))


class Return:
    """How each PC comes back."""

    def __init__(self, place: Place, server: Path, url: str) -> None:
        self.place, self.server, self.url = place, server, url

    def steps(self) -> dict[str, Callable[[], object]]:
        """What happens, in any order."""
        on_the_line = [name for name in self.place.pcs if name not in (BY_STICK, BY_NEIGHBOUR, REVOKED)]
        found: dict[str, Callable[[], object]] = {name: lambda name=name: self.by_line(name) for name in on_the_line}  # type: ignore[misc]
        return found | {BY_STICK: self.by_stick, BY_NEIGHBOUR: self.by_neighbour, REVOKED: self.revoked}

    def by_line(self, name: str) -> None:
        office = self.place.pcs[name]
        office.use_server(self.url)
        office.sync_once()

    def by_stick(self) -> None:
        """There and back, with the files beside the packet."""
        office, stick = self.place.pcs[BY_STICK], self.place.folder / "stick"
        stick.mkdir(exist_ok=True)
        up, down = stick / "len-tinh.qmspacket", stick / "ve-xa.qmspacket"
        line = office.export_packet(up)
        stick_files.put(office.demand_store(), line, up)
        verb("packet", "import", str(up), "--data", str(self.server))
        verb("packet", "export", office.demand_store().replica, str(down), "--files", "--data", str(self.server))
        stick_files.take(office.demand_store(), office.import_packet(down), down)

    def by_neighbour(self) -> None:
        """It still has the dead address; its neighbour has the new one, and carries for it."""
        one, two = self.place.pcs[BY_NEIGHBOUR], self.place.pcs[ITS_NEIGHBOUR]
        commune = Commune(None, one, two, self.place.clock, self.place.folder)  # type: ignore[arg-type]
        known = whole(one) | whole(two)
        switch_on(commune)

        def reached() -> bool:
            self.place.clock.pass_(minutes=1)
            return digests(one) == digests(two) and known <= whole(one) & whole(two)

        until(commune, reached)
        for office in (one, two):
            office.stop_agent()
        self.by_line(ITS_NEIGHBOUR)

    def revoked(self) -> None:
        """Handed over and gone, or not known yet as revoked: then it only brings."""
        office = self.place.pcs[REVOKED]
        if office.left:
            return
        office.use_server(self.url)
        with suppress(SetupError):
            office.sync_once()


def whole(office: Office) -> set[str]:
    """The files that are whole here."""
    return set(office.demand_store().files.shelf.names())


def missing(office: Office) -> int:
    """How many files that a record names are not whole here."""
    files: UnitFiles = office.demand_store().files
    return sum(not each.up for each in files.freight())


@pytest.mark.parametrize(("how", "kind"), [("nothing", "sqlite"), ("backup", "postgresql")])
@pytest.mark.parametrize("seed", [1])
def test_a_lost_server_is_whole_again_when_its_communes_came_back(
    tmp_path: Path, request: pytest.FixtureRequest, how: str, kind: str, seed: int
) -> None:
    held: Cluster | None = request.getfixturevalue("cluster") if kind == "postgresql" else None
    with placed(tmp_path) as place:
        before = lived(place, held.fresh() if held else "", tmp_path / "backup")
        server = lost(place)
        set_up(server, how, tmp_path / "backup", held.fresh() if held else "")
        place.files_wait(False)
        with serving(server) as process:
            come_back(place, server, process, random.Random(seed))
            assert_whole(place, server, before)


def come_back(place: Place, server: Path, process: ServerProcess, chance: random.Random) -> None:
    """Everybody once in an order of chance, then once more in another."""
    steps = Return(place, server, process.url).steps()
    for _ in range(3):
        for name in chance.sample(sorted(steps), len(steps)):
            steps[name]()


def assert_whole(place: Place, server: Path, before: dict[str, int]) -> None:
    """The new server is the old one, every PC holds what it holds, and nothing waits for an answer."""
    province = Province.open(server)
    try:
        assert verify_server(province) == []
        changed = {scope for scope in before if province.log.state_digest(scope) != before[scope]}
        assert changed == {Area.QMS.scope(EAST)}, "the receipt of the revoked PC, and nothing else"
        assert province.blobs.held()["files"] == len(place.dossiers)
        assert {d.letter: d.revoked_at is not None for d in province.accounts.devices() if d.unit == EAST}["C"]
        for name, office in place.pcs.items():
            if name != REVOKED:
                assert_same(office, province)
    finally:
        province.close()
    assert place.pcs[REVOKED].left
    told = {name: news.take(office.demand_store()) for name, office in place.pcs.items() if name != REVOKED}
    on_the_line = [name for names in MEMBERS.values() for name in names if name not in (BY_STICK, BY_NEIGHBOUR, REVOKED)]
    assert [name for name in on_the_line if not any(PUT_BACK in text for text in told[name])] == []


def assert_same(office: Office, province: Province) -> None:
    """What one PC holds and shows."""
    store = office.demand_store()
    scopes = office.demand_credentials().scopes
    assert digests(office) == [province.log.state_digest(scope) for scope in scopes]
    assert (office.verify(), missing(office), office.stage) == ([], 0, Stage.READY)
    with store.view() as view:
        assert questions.open_questions(view) == []
        dossiers = [str(row["id"]) for row in view.find("dossier")]
    for dossier in dossiers:
        assert [line.words() for line in attachments.listed(store, dossier)] == ["đủ"]
