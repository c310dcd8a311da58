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


def enrol(transport: Transport, url: str, typed_code: str, applicant: Applicant) -> Credentials:
    """Join with the code a person typed. Safe to repeat with the same code and keys when the answer was lost.

    AccessFault: mistyped, unknown, used or expired code, or a server that is not the one the code was made for.
    TransportFault: the road failed.
    """
    code = _code(typed_code)
    keys = (signing_public(applicant.sign_private), wrapping_public(applicant.wrap_private))
    request = EnrolRequest(code.text(), applicant.replica, applicant.name, *keys)
    headers = {"Content-Type": "application/json"}
    answer = judged(transport.ask("POST", "/enrol", msgspec.json.encode(request), headers))
    try:
        enrolled = msgspec.json.decode(answer.whole(LONGEST_ANSWER), type=EnrolAnswer)
    except msgspec.MsgspecError as fault:
        raise TransportFault(TransportFault.NOT_OUR_SERVER, "not the answer to an enrolment") from fault
    _check(enrolled, code, request)
    return Credentials(
        url=url,
        server=enrolled.server,
        server_replica=enrolled.server_replica,
        replica=applicant.replica,
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


def _check(enrolled: EnrolAnswer, code: Code, request: EnrolRequest) -> None:
    """The code names the province's key, the province's key signs the certificate, the certificate names this PC."""
    if not code.names(enrolled.province_key):
        raise AccessFault(AccessFault.WRONG_PROVINCE, "this server does not hold the key that the code names")
    certificate = read_certificate(enrolled.certificate, enrolled.province_key)
    named = (certificate.replica, certificate.sign_key, certificate.wrap_key, certificate.unit, certificate.letter)
    if named != (request.replica, request.sign_key, request.wrap_key, enrolled.unit, enrolled.letter):
        raise AccessFault(AccessFault.WRONG_PROVINCE, "the certificate is not for this PC")
    if enrolled.server_certificate and read_certificate(enrolled.server_certificate, enrolled.province_key).unit:
        raise AccessFault(AccessFault.WRONG_PROVINCE, "the certificate is not the server's")
    if enrolled.recovery_key:
        read_recovery_key(enrolled.recovery_key, enrolled.province_key)
