"""Joining the province: the PC shows its one-time code and its public keys, and checks that the answer is the true one's."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from sync.client.credentials import Credentials
from sync.client.transport import Transport, judged
from sync.errors import AccessFault, TransportFault
from sync.joining.enrolment import Code, CodeFault, EnrolAnswer, EnrolRequest, read_code
from sync.journal.keys import read_certificate, read_recovery_key, signing_public, wrapping_public

LONGEST_ANSWER = 16_384


@dataclass(frozen=True, slots=True)
class Applicant:
    """The PC that wants to join; its two private keys of 32 bytes never leave it."""

    replica: str
    name: str
    sign_private: bytes = field(repr=False)
    wrap_private: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Former:
    """Who this PC was before a restore or beside its copy, and that id's signed word (sync/joining/following.py)."""

    credentials: Credentials
    proof: bytes


def enrol(transport: Transport, url: str, typed_code: str, applicant: Applicant, former: Former | None = None) -> Credentials:
    """Join with the code a person typed. Safe to repeat with the same code and keys when the answer was lost.

    `former`: the province learns whose place the PC takes, if it is of the unit the code is for.
    AccessFault: mistyped, unknown, used or expired code, or a server that is not the one the code was made for.
    TransportFault: the road failed.
    """
    code = _code(typed_code)
    known = former is not None and code.names(former.credentials.province_key)
    request = _request(code.text(), applicant, former if known else None)
    enrolled = _asked(transport, request)
    if not code.names(enrolled.province_key):
        raise AccessFault(AccessFault.WRONG_PROVINCE, "this server does not hold the key that the code names")
    return _joined(enrolled, request, url)


def follow(transport: Transport, applicant: Applicant, former: Former) -> Credentials:
    """Go on for the PC this one was, without a code. AccessFault when another does already; faults as `enrol`."""
    request = _request("", applicant, former)
    enrolled = _asked(transport, request)
    if enrolled.province_key != former.credentials.province_key:
        raise AccessFault(AccessFault.WRONG_PROVINCE, "this is not the server of the PC's province")
    return _joined(enrolled, request, former.credentials.url)


def _request(code: str, applicant: Applicant, former: Former | None) -> EnrolRequest:
    keys = (signing_public(applicant.sign_private), wrapping_public(applicant.wrap_private))
    shown = (b"", b"") if former is None else (former.credentials.certificate, former.proof)
    return EnrolRequest(code, applicant.replica, applicant.name, *keys, *shown)


def _asked(transport: Transport, request: EnrolRequest) -> EnrolAnswer:
    headers = {"Content-Type": "application/json"}
    answer = judged(transport.ask("POST", "/enrol", msgspec.json.encode(request), headers))
    try:
        return msgspec.json.decode(answer.whole(LONGEST_ANSWER), type=EnrolAnswer)
    except msgspec.MsgspecError as fault:
        raise TransportFault(TransportFault.NOT_OUR_SERVER, "not the answer to an enrolment") from fault


def _joined(enrolled: EnrolAnswer, request: EnrolRequest, url: str) -> Credentials:
    _check(enrolled, request)
    return Credentials(
        url=url,
        server=enrolled.server,
        server_replica=enrolled.server_replica,
        replica=request.replica,
        unit=enrolled.unit,
        letter=enrolled.letter,
        certificate=enrolled.certificate,
        province_key=enrolled.province_key,
        server_certificate=enrolled.server_certificate,
        recovery_key=enrolled.recovery_key,
    )


def _code(typed: str) -> Code:
    try:
        return read_code(typed)
    except CodeFault as fault:
        raise AccessFault(AccessFault.BAD_CODE, str(fault)) from fault


def _check(enrolled: EnrolAnswer, request: EnrolRequest) -> None:
    """The province's key signs the certificate, the certificate names this PC."""
    certificate = read_certificate(enrolled.certificate, enrolled.province_key)
    named = (certificate.replica, certificate.sign_key, certificate.wrap_key, certificate.unit, certificate.letter)
    if named != (request.replica, request.sign_key, request.wrap_key, enrolled.unit, enrolled.letter):
        raise AccessFault(AccessFault.WRONG_PROVINCE, "the certificate is not for this PC")
    if enrolled.server_certificate and read_certificate(enrolled.server_certificate, enrolled.province_key).unit:
        raise AccessFault(AccessFault.WRONG_PROVINCE, "the certificate is not the server's")
    if enrolled.recovery_key:
        read_recovery_key(enrolled.recovery_key, enrolled.province_key)
