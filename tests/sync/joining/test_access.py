"""The sign-on of a PC: small, bound to server, body and moment, and of nobody else's making."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from sync.errors import AccessFault
from sync.joining import access
from sync.journal.keys import signing_public

PRIVATE = bytes(range(32))
NOW = 1_763_787_600_000
BODY = b"a page"
CLAIM = access.sign(PRIVATE, "server", "0" * 32, NOW, b"n" * access.NONCE_BYTES, BODY)


def test_it_survives_the_header_and_is_small() -> None:
    header = CLAIM.header()
    assert access.read(header) == CLAIM
    assert len("Authorization: " + header) <= 250
    access.check(access.read(header), signing_public(PRIVATE), "server")
    assert CLAIM.fits(hashlib.sha256(BODY).digest())
    assert not CLAIM.fits(hashlib.sha256(b"another page").digest())


@pytest.mark.parametrize(
    "changed",
    [
        replace(CLAIM, replica="1" * 32),
        replace(CLAIM, moment=NOW + 1),
        replace(CLAIM, nonce=b"m" * access.NONCE_BYTES),
        replace(CLAIM, digest=bytes(32)),
        replace(CLAIM, signature=bytes(64)),
    ],
)
def test_nothing_in_it_can_be_changed(changed: access.Claim) -> None:
    with pytest.raises(AccessFault):
        access.check(changed, signing_public(PRIVATE), "server")


def test_it_is_for_one_server_and_one_key() -> None:
    with pytest.raises(AccessFault):
        access.check(CLAIM, signing_public(PRIVATE), "another server")
    with pytest.raises(AccessFault):
        access.check(CLAIM, signing_public(bytes(32)), "server")


@pytest.mark.parametrize(
    "header", [None, "", "Basic abc", "QMS1 a.b.c", "QMS1 " + "a." * 300, "QMS1 r.zz.!!.!!.!!", CLAIM.header() + "."]
)
def test_anything_else_is_no_sign_on(header: str | None) -> None:
    with pytest.raises(AccessFault) as caught:
        access.read(header)
    assert caught.value.code == AccessFault.NO_SIGN_ON


def test_a_moment_may_be_ten_minutes_off() -> None:
    assert access.timely(CLAIM, NOW + access.WINDOW_MS)
    assert not access.timely(CLAIM, NOW + access.WINDOW_MS + 1)
    assert not access.timely(CLAIM, NOW - access.WINDOW_MS - 1)
