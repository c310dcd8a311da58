"""Fills the office in which people practise: invented colleagues, a few procedures in force, dossiers half done (f.4)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from qms_desktop.domain.ids import Entropy
from qms_desktop.domain.practice import PRACTICE_NAME
from qms_desktop.resources import load_json
from qms_desktop.resources import procedures as shipped
from qms_desktop.store.unit import UnitStore
from qms_desktop.usecases import procedures, receiving
from qms_desktop.usecases.session import people_to_sign_in
from qms_desktop.usecases.setup import Foundation, NewPerson
from qms_desktop.usecases.work import Clock, Session, Work

CONTENT = "practice/office.json"
_DECISION = "Tập thử"


def foundation() -> Foundation:
    """The office with the person who practises and a leader who has approved the procedures."""
    raw = load_json(CONTENT)
    people = tuple(NewPerson(one["name"], one["position"], tuple(one["roles"])) for one in (raw["clerk"], raw["leader"]))
    return Foundation(
        unit_kind="xa", unit_name=PRACTICE_NAME, address=raw["address"], phone=raw["phone"], place=PRACTICE_NAME, people=people
    )


def furnish(store: UnitStore, clock: Clock, entropy: Entropy) -> Session:
    """Procedures in force and dossiers received this morning; returns the session of the person who practises."""
    raw = load_json(CONTENT)
    clerk, leader = (_session(store, raw[who], clock()) for who in ("clerk", "leader"))
    secretary, approver = (Work(store, session, clock, entropy) for session in (clerk, leader))
    wanted = set(raw["procedures"])
    procedures.import_drafts(secretary, [content for content in shipped() if content.code in wanted])
    today = clock().date()
    with store.view() as view:
        drafts = [item.revision for item in procedures.all_listed(view, today) if item.code in wanted]
    for revision in drafts:
        procedures.approve(approver, revision, today - timedelta(days=1), _DECISION)
    for citizen in raw["received"]:
        _receive(secretary, citizen, clock())
    return clerk


def sample_card() -> str:
    """What a scanner would type for the invented citizen of the first minutes."""
    return str(load_json(CONTENT)["card"])


def _session(store: UnitStore, person: Mapping[str, Any], now: datetime) -> Session:
    found = next(one for one in people_to_sign_in(store, now.date()) if one.name == person["name"])
    return Session(found.id, found.name, frozenset(person["roles"]))


def _receive(work: Work, citizen: Mapping[str, Any], now: datetime) -> None:
    with work.store.view() as view:
        listed = next(item for item in procedures.catalogue(view, now.date()) if item.code == citizen["procedure"])
    papers = [{**paper, "state": "ok"} for paper in receiving.proposed_papers(listed.content)]
    receiving.receive(
        work,
        receiving.Receive(
            revision=listed.revision,
            applicant_name=citizen["full_name"],
            received_at=now - timedelta(hours=citizen["hours_ago"]),
            applicant_id=citizen["id_number"],
            applicant_phone=citizen["phone"],
            applicant_address=citizen["address"],
            applicant_born=citizen["born"],
            papers=tuple(papers),
        ),
    )
