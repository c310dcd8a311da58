"""A small office for tests: founded, with model procedures published, and a person signed in for every role."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from qms_desktop.domain.fields import Area, Value
from qms_desktop.keys import MemoryKeys
from qms_desktop.office import Office
from qms_desktop.paths import Paths
from qms_desktop.resources import procedures as shipped
from qms_desktop.store.unit import Author, create
from qms_desktop.usecases import procedures, receiving
from qms_desktop.usecases.session import session_for
from qms_desktop.usecases.setup import Foundation, NewPerson

UNIT = "99999"
MONDAY = datetime(2026, 11, 23, 8, 0)


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: int) -> None:
        self.now += timedelta(**span)


@dataclass
class Dice:
    """Reproducible bytes, different at every call."""

    seed: int = 0
    _calls: int = field(default=0)

    def __call__(self, count: int) -> bytes:
        from hashlib import sha256

        self._calls += 1
        stream = b"".join(sha256(f"{self.seed}|{self._calls}|{part}".encode()).digest() for part in range(count // 32 + 1))
        return stream[:count]


PEOPLE = (
    NewPerson("Trần Thị Thư", "Thư ký ISO", ("IS", "SY")),
    NewPerson("Nguyễn Văn Đông", "Công chức tiếp nhận", ("CL", "SP")),
    NewPerson("Lê Thị Ánh", "Chủ tịch UBND", ("LD",)),
)


def found(folder: Path, clock: Clock, seed: int = 1, publish: Callable[[str], bool] = lambda _code: True) -> Office:
    """An office with three people; the recovery code is kept in ``office.recovery_code``."""
    office = Office(Paths(folder), MemoryKeys(), clock, Dice(seed))
    office.found(UNIT, Foundation(unit_kind="xa", unit_name="Mẫu", people=PEOPLE))
    put_models(office, publish)
    return office


def put_models(office: Office, wanted: Callable[[str], bool]) -> None:
    """Put the shipped model procedures that are wanted into force, as if the province had sent them."""
    store = office.demand_store()
    changes = []
    for content in shipped():
        if wanted(content.code):
            head: dict[str, Value] = {"kind": "procedure", "issue_no": 1, "amendment_no": 0, "stage": "approved"}
            values = {**procedures.content_values(content), **head}
            values.setdefault("effective_on", "2025-07-01")
            identity = procedures.revision_id(content.code, 1, 0, "province")
            changes.append(create("revision", identity, values, area=Area.PROVINCE))
    store.act("revision.publish", Author("province", office.clock()), lambda _view: changes)


def sign_in(office: Office, role: str) -> Office:
    """Sign in the first person who holds the role."""
    store = office.demand_store()
    with store.view() as view:
        grant = next(row for row in view.find("role_grant") if row["role"] == role)
    office.session = session_for(store, str(grant["person"]), office.clock())
    return office


def command(office: Office, code: str, name: str = "Nguyễn Thị Hoa", **more: object) -> receiving.Receive:
    """A complete intake of the procedure, all papers there."""
    with office.demand_store().view() as view:
        listed = next(item for item in procedures.catalogue(view, office.clock().date()) if item.code == code)
    papers = tuple({**paper, "state": "ok"} for paper in receiving.proposed_papers(listed.content))
    given: dict[str, object] = {"papers": papers, "received_at": office.clock(), **more}
    return receiving.Receive(revision=listed.revision, applicant_name=name, **given)  # type: ignore[arg-type]
