"""A small office with a desk for every step, and one dossier on its way."""

from collections.abc import Callable
from pathlib import Path

import pytest

from qms_desktop.domain.fields import Value
from qms_desktop.office import Office
from qms_desktop.usecases import people, progress, receiving
from tests.usecases.office_kit import Clock, command, found, sign_in

Move = Callable[..., None]
PROCEDURE = "1.004873"


@pytest.fixture
def moment() -> Clock:
    return Clock()


@pytest.fixture
def office(tmp_path: Path, moment: Clock) -> Office:
    return sign_in(found(tmp_path, moment, publish={PROCEDURE, "2.000815"}.__contains__), "CL")


@pytest.fixture
def dossier(office: Office) -> str:
    return receiving.receive(office.work(), command(office, PROCEDURE))


@pytest.fixture
def move(office: Office, dossier: str) -> Move:
    """Makes a move with the dossier as a person of that role."""

    def make(name: str, reason: str = "", by: str = "CL", **details: Value) -> None:
        progress.perform(sign_in(office, by).work(), dossier, name, reason, details)

    return make


@pytest.fixture
def shown(office: Office, dossier: str) -> Callable[[], dict[str, Value]]:
    """The dossier as it stands."""

    def read() -> dict[str, Value]:
        with office.demand_store().view() as view:
            return view.get("dossier", dossier) or {}

    return read


def colleague(office: Office, name: str, *roles: str) -> str:
    """Another person of the office with these roles; the person's id."""
    work = sign_in(office, "IS").work()
    person = people.save(work, "person", None, {"full_name": name})
    for role in roles:
        people.save(work, "role_grant", None, {"person": person, "role": role, "valid_from": "2026-01-01"})
    return person


def rows(office: Office, kind: str, /, **equals: Value) -> list[dict[str, Value]]:
    """Records of a kind."""
    with office.demand_store().view() as view:
        return view.find(kind, **equals)
