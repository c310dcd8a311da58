"""Signatures, certificates, wrapped unit keys and the recovery code."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import KeyFault
from sync.journal.keys import (
    Certificate,
    CertificateVerifier,
    issue,
    read_certificate,
    sign_head,
    signing_public,
    unwrap_key,
    verify_head,
    wrap_key,
    wrapping_public,
)
from sync.journal.recovery import RecoveryCodeFault, new_recovery_code, recovery_entropy, recovery_keypair
from tests.sync.world.builders import JOURNAL, SCOPE

PC, PROVINCE, OTHER = b"p" * 32, b"v" * 32, b"o" * 32
ID = "ab" * 32
CERTIFICATE = Certificate(JOURNAL, "29551", "A", signing_public(PC), wrapping_public(PC), "Máy một cửa 1", "2026-11-20")
CODES = st.binary(min_size=20, max_size=20).map(new_recovery_code)


def test_a_signed_head_speaks_for_exactly_one_head() -> None:
    signature = sign_head(PC, SCOPE, JOURNAL, 7, ID)
    verify_head(signing_public(PC), SCOPE, JOURNAL, 7, ID, signature)
    for key, scope, n, entry_id in (
        (signing_public(OTHER), SCOPE, 7, ID),
        (signing_public(PC), "province", 7, ID),
        (signing_public(PC), SCOPE, 8, ID),
        (signing_public(PC), SCOPE, 7, "cd" * 32),
    ):
        with pytest.raises(KeyFault):
            verify_head(key, scope, JOURNAL, n, entry_id, signature)


def test_only_the_province_makes_certificates() -> None:
    blob = issue(CERTIFICATE, PROVINCE)
    assert read_certificate(blob, signing_public(PROVINCE)) == CERTIFICATE
    with pytest.raises(KeyFault):
        read_certificate(issue(CERTIFICATE, OTHER), signing_public(PROVINCE))
    with pytest.raises(KeyFault):
        read_certificate(blob[:-2] + b"x}", signing_public(PROVINCE))
    with pytest.raises(KeyFault):
        read_certificate(b"", signing_public(PROVINCE))


def test_a_journal_is_verified_by_its_stored_or_offered_certificate() -> None:
    blob = issue(CERTIFICATE, PROVINCE)
    other = issue(replace(CERTIFICATE, replica="01JD0000000000000000000PC2"), PROVINCE)
    empty = CertificateVerifier(signing_public(PROVINCE), lambda journal: None)
    knowing = CertificateVerifier(signing_public(PROVINCE), lambda journal: blob)
    assert empty.key_for(JOURNAL, blob) == signing_public(PC)
    assert empty.key_for(JOURNAL, other) is None
    assert empty.key_for(JOURNAL, None) is None
    assert knowing.key_for(JOURNAL, None) == signing_public(PC)


def test_a_wrapped_key_opens_for_its_receiver_and_purpose_only() -> None:
    key, context = b"k" * 32, b"unit/29551/dossiers epoch 1"
    blob = wrap_key(key, wrapping_public(PC), b"e" * 32, context)
    assert len(blob) == 80
    assert unwrap_key(blob, PC, context) == key
    for private, purpose, wrapped in ((OTHER, context, blob), (PC, b"x", blob), (PC, context, blob[:40])):
        with pytest.raises(KeyFault):
            unwrap_key(wrapped, private, purpose)
    with pytest.raises(KeyFault):
        wrap_key(key, bytes(32), b"e" * 32, context)


def test_the_recovery_code_opens_what_was_wrapped_for_it() -> None:
    code = new_recovery_code(bytes(range(20)))
    private, public = recovery_keypair(code)
    assert [len(group) for group in code.split("-")] == [5] * 8
    blob = wrap_key(b"k" * 32, public, b"e" * 32, b"scope")
    assert unwrap_key(blob, recovery_keypair(code.lower().replace("-", " "))[0], b"scope") == b"k" * 32
    assert private != recovery_keypair(new_recovery_code(bytes(20)))[0]


@given(st.binary(min_size=20, max_size=20))
def test_a_typed_code_forgives_case_spaces_and_look_alikes(entropy: bytes) -> None:
    typed = new_recovery_code(entropy).lower().replace("-", "  ").replace("0", "o").replace("1", "l")
    assert recovery_entropy(typed) == entropy


@given(CODES, st.integers(0, 39), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ!"))
def test_one_wrong_sign_is_found_in_its_group(code: str, place: int, sign: str) -> None:
    signs = code.replace("-", "")
    wrong = signs[:place] + sign + signs[place + 1 :]
    if wrong == signs:
        return
    with pytest.raises(RecoveryCodeFault) as caught:
        recovery_entropy(wrong)
    assert caught.value.group == place // 5 + 1


@given(CODES, st.integers(0, 7), st.integers(0, 7))
def test_swapped_groups_are_found(code: str, one: int, two: int) -> None:
    groups = code.split("-")
    groups[one], groups[two] = groups[two], groups[one]
    if groups == code.split("-"):
        return
    with pytest.raises(RecoveryCodeFault):
        recovery_entropy("-".join(groups))


def test_a_code_of_another_length_is_refused() -> None:
    with pytest.raises(RecoveryCodeFault) as caught:
        recovery_entropy("7K2PQ")
    assert caught.value.group == 0
