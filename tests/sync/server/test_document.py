"""The server keeps what its OpenAPI document says, whatever it is sent: requests made up from the document itself.

Also by a PC that is enrolled and signs what it sends, so that the rubbish gets past the door.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.core.result import Ok

from sync.errors import AccessFault
from sync.joining import access
from sync.server.api import Bounds, make_app
from sync.server.openapi import DOCUMENT
from sync.server.province import Province
from sync.server.serve import Running
from sync.server.verify import verify
from sync.web.blob_api import BlobBounds
from sync.web.door import Brake
from sync.wire.pages import CONTENT_TYPE
from tests.sync.server.conftest import Clock, Entropy, unit_puts
from tests.sync.world.in_process import InProcess
from tests.sync.world.offices import Pc

OPEN = Brake(count=10**9)
EXAMPLES = 25
FOUND = schemathesis.openapi.from_dict(DOCUMENT).get_all_operations()
OPERATIONS = {found.ok().label: found.ok() for found in FOUND if isinstance(found, Ok)}
TAKING = [label for label, operation in OPERATIONS.items() if operation.body or operation.query or operation.path_parameters]
SIGNED = [label for label in TAKING if OPERATIONS[label].definition.raw.get("security")]

SHAPE_IS_NOT_ALL = [CHECKS.get_one("positive_data_acceptance"), CHECKS.get_one("ignored_auth")]
"""What has the right shape may still be signed by nobody; and who is let in is another test's question."""
REJECTION = CHECKS.get_one("negative_data_rejection")
"""It counts a sign-on that the request lost as an error of its own; signing puts it back."""

bounded = settings(max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@schemathesis.serializer(CONTENT_TYPE)
def page_bytes(_context: Any, value: Any) -> bytes:
    """Binary bodies as they are."""
    return bytes(value.data) if hasattr(value, "data") else str(value).encode()


@dataclass
class Office:
    """A server, and a PC that has joined it."""

    province: Province
    url: str
    pc: Pc

    def sign_on(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The way an enrolled PC does it."""
        body = request.body if isinstance(request.body, bytes) else (request.body or "").encode()
        if request.path_url.startswith("/blobs/"):
            body = access.whole_request(request.method or "", request.path_url, body)
        own, nonce = self.pc.credentials, self.pc.entropy(access.NONCE_BYTES)
        claim = access.sign(self.pc.applicant.sign_private, own.server, own.replica, self.pc.clock(), nonce, body)
        request.headers["Authorization"] = claim.header()
        return request


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder: Path = tmp_path_factory.mktemp("document")
    clock = Clock()
    province = Province.init(folder / "server", clock=clock, entropy=Entropy())
    province.publish("unit.import", unit_puts())
    pc = Pc("one", clock, Entropy("one"))
    with Running(province, bounds=Bounds(enrol=OPEN, device=OPEN, blobs=BlobBounds(device=OPEN))) as running:
        pc.join(InProcess(make_app(province)), province.accounts.new_code("28756"))
        yield Office(province, running.url, pc)
    province.close()


def asking(label: str, mode: GenerationMode, url: str, without: list[Any] = SHAPE_IS_NOT_ALL, **how: Any) -> None:
    @bounded
    @given(case=OPERATIONS[label].as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        case.call_and_validate(base_url=url, excluded_checks=without, **how)

    ask()


@pytest.mark.parametrize("label", OPERATIONS)
def test_requests_as_described_are_answered_as_described(office: Office, label: str) -> None:
    asking(label, GenerationMode.POSITIVE, office.url)


@pytest.mark.parametrize("label", TAKING)
def test_other_requests_are_refused_as_described(office: Office, label: str) -> None:
    asking(label, GenerationMode.NEGATIVE, office.url)


@pytest.mark.parametrize("label", SIGNED)
def test_rubbish_signed_by_an_enrolled_pc_is_refused_as_described(office: Office, label: str) -> None:
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        asking(label, mode, office.url, [*SHAPE_IS_NOT_ALL, REJECTION], auth=office.sign_on)
    assert verify(office.province) == []


@pytest.mark.parametrize(
    ("verb", "path", "status"), [("GET", "/", 404), ("GET", "/sync", 405), ("DELETE", "/units", 405), ("POST", "/sync/", 404)]
)
def test_what_is_not_in_the_document_is_refused_in_the_same_form(office: Office, verb: str, path: str, status: int) -> None:
    answer = requests.request(verb, office.url + path, timeout=20, allow_redirects=False)
    assert (answer.status_code, answer.headers["qms-protocol"]) == (status, "1")
    assert answer.json()["code"] == AccessFault.BAD_REQUEST
    assert ("allow" in answer.headers) == (status == 405)
