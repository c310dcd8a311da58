"""Packets on a stick: who can read them, what is refused, and that nothing depends on order, number or luck."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from sync.errors import ExchangeError, KeyFault, PacketFault
from sync.exchange.session import Limits
from sync.journal.keys import (
    Certificate,
    CertificateVerifier,
    issue,
    issue_recovery_key,
    read_certificate,
    read_recovery_key,
    signing_public,
    wrapping_public,
)
from sync.journal.recovery import new_recovery_code, recovery_keypair
from sync.stick.packet import MAX_PACKET, Maker, Packet, open_packet, seal_packet
from sync.stick.packing import LIMITS, Unpacked, pack, unpack
from sync.wire.compact import compress
from sync.wire.messages import Page
from tests.sync.world.builders import SCOPE, token
from tests.sync.world.office import PROVINCE, PROVINCE_KEY, Replica, ids, meet

QMS = "unit/29551/qms"
SCOPES = (SCOPE, QMS)
MOMENT = 1_763_800_000_000
CODE = new_recovery_code(b"recovery of province")


def entropy(seed: object = "") -> Callable[[int], bytes]:
    calls = itertools.count()
    return lambda count: bytes.fromhex(token(("entropy", seed, next(calls)), 64))[:count]


def certificate(replica: Replica) -> Certificate:
    blob = replica.log.certificate(replica.journal)
    assert blob is not None
    return read_certificate(blob, PROVINCE_KEY)


def maker(replica: Replica) -> Maker:
    blob = replica.log.certificate(replica.journal)
    assert blob is not None
    return Maker(blob, replica.private)


def packet(
    source: Replica, *receivers: Replica, limits: Limits = LIMITS, recovery: Sequence[bytes] = (), seed: object = ""
) -> bytes:
    source.sign()
    packed = pack(source.log, [receiver.journal for receiver in receivers], SCOPES, limits)
    certificates = [certificate(receiver) for receiver in receivers]
    return seal_packet(packed.page, maker(source), certificates, recovery, MOMENT, entropy((source.journal, seed)))[1]


def opened(receiver: Replica, data: bytes) -> Packet:
    return open_packet(data, [receiver.private], PROVINCE_KEY)


def take(receiver: Replica, data: bytes) -> Unpacked:
    found = opened(receiver, data)
    return unpack(receiver.log, verifier(receiver), found.page, found.maker.replica, receiver.journal, SCOPES)


def verifier(replica: Replica) -> CertificateVerifier:
    return CertificateVerifier(PROVINCE_KEY, replica.log.certificate)


def pair() -> tuple[Replica, Replica]:
    return Replica("pc1"), Replica("server")


def fault(data: bytes, receiver: Replica, province: bytes = PROVINCE_KEY) -> int:
    with pytest.raises(PacketFault) as raised:
        open_packet(data, [receiver.private], province)
    return raised.value.code


def test_a_packet_there_and_one_back_make_both_sides_equal() -> None:
    pc, server = pair()
    pc.edit("R1", "note", "x", personal=True)
    server.edit("R2", "note", "y", scope=QMS)
    there = take(server, packet(pc, server))
    assert (there.entries, there.equal, there.refused) == (1, False, ())
    back = take(pc, packet(server, pc))
    assert (back.entries, back.equal, back.mismatched) == (1, True, ())
    for scope in SCOPES:
        assert pc.log.states(scope) == server.log.states(scope)
        assert pc.log.state_digest(scope) == server.log.state_digest(scope)


def test_it_says_who_made_it_when_and_for_whom() -> None:
    pc, server = pair()
    found = opened(server, packet(pc, server))
    assert (found.maker.replica, found.made_at, found.receivers) == (pc.journal, MOMENT, (server.journal,))


def test_from_outside_neither_names_nor_what_was_done_can_be_read() -> None:
    pc, server = pair()
    pc.edit("R-Ánh", "note", "Nguyễn Thị Ánh")
    data = packet(pc, server)
    for words in ("Ánh", "R-", "note", "dossier", "29551", pc.journal, server.journal):
        assert words.encode() not in data


def test_until_the_receiver_has_answered_a_packet_starts_at_its_last_statement_not_at_the_last_packet() -> None:
    pc, server = pair()
    pc.edit("R1", "note", "1")
    lost = packet(pc, server)
    assert lost
    pc.edit("R1", "note", "2")
    assert take(server, packet(pc, server)).entries == 2
    pc.edit("R1", "note", "3")
    again = pack(pc.log, [server.journal], SCOPES)
    assert again.entries == 2, "signed entries only, all of them: nothing was answered yet"
    take(pc, packet(server, pc))
    pc.sign()
    assert pack(pc.log, [server.journal], SCOPES).entries == 1


def test_packets_may_come_in_any_order_and_any_number_of_times() -> None:
    for order in itertools.permutations(range(3)):
        pc, server = pair()
        made = []
        for number in range(3):
            pc.edit(f"R{number}", "note", "x")
            made.append(packet(pc, server, seed=number))
        for place in (*order, *order):
            take(server, made[place])
        assert ids(server.log) == ids(pc.log)
        assert server.log.states(SCOPE) == pc.log.states(SCOPE)


def test_an_old_statement_read_late_costs_repeats_and_nothing_else() -> None:
    pc, server = pair()
    pc.edit("R1", "note", "1")
    take(server, packet(pc, server))
    old = packet(server, pc, seed="old")
    pc.edit("R1", "note", "2")
    take(server, packet(pc, server))
    take(pc, packet(server, pc))
    take(pc, old)
    assert pack(pc.log, [server.journal], SCOPES).entries == 1
    again = take(server, packet(pc, server))
    assert (again.entries, again.equal) == (0, True)


def test_a_server_put_back_from_a_backup_states_less_and_is_sent_more() -> None:
    pc, server = pair()
    pc.edit("R1", "note", "1")
    take(server, packet(pc, server))
    backup = server.copy()
    pc.edit("R1", "note", "2")
    take(server, packet(pc, server))
    take(pc, packet(server, pc))
    pc.edit("R1", "note", "3")
    refused = take(backup, packet(pc, backup))
    assert refused.refused == ((SCOPE, ExchangeError.PARENT_MISSING),)
    assert refused.entries == 0
    take(pc, packet(backup, pc, seed="lower"))
    assert take(backup, packet(pc, backup)).equal
    assert ids(backup.log) == ids(pc.log)


def test_a_pc_put_back_from_a_backup_keeps_both_arms() -> None:
    pc, server = pair()
    pc.edit("R1", "note", "1")
    pc.sign()
    backup = pc.copy()
    pc.edit("R1", "note", "2")
    take(server, packet(pc, server))
    backup.edit("R1", "note", "another", salt="after the restore")
    take(server, packet(backup, server))
    answer = take(backup, packet(server, backup))
    assert answer.own_journal_seen
    assert len(ids(server.log)) == 3
    assert ids(backup.log) == ids(server.log)
    assert backup.log.states(SCOPE) == server.log.states(SCOPE)


def test_a_neighbour_carries_another_pc_s_work_to_the_province() -> None:
    pc, server = pair()
    other = Replica("pc2")
    other.edit("R2", "name", "Ánh", personal=True)
    take(pc, packet(other, pc))
    pc.edit("R1", "note", "x")
    assert take(server, packet(pc, server)).entries == 2
    assert server.log.certificate(other.journal) == other.log.certificate(other.journal)
    take(pc, packet(server, pc))
    assert take(other, packet(pc, other)).equal


def test_after_the_internet_failed_the_stick_goes_on_where_it_stopped() -> None:
    pc, server = pair()
    for number in range(50):
        pc.edit(f"R{number}", "note", "x")
    meet(pc, server, SCOPES)
    pc.edit("R1", "note", "y")
    pc.sign()
    assert pack(pc.log, [server.name], SCOPES).entries == 1


def test_one_packet_for_several_starts_at_the_lowest_of_them() -> None:
    pc, server = pair()
    other = Replica("pc2")
    server.edit("R1", "note", "1")
    take(pc, packet(server, pc))
    take(server, packet(pc, server))
    server.edit("R1", "note", "2")
    server.sign()
    assert pack(server.log, [pc.journal], SCOPES).entries == 1
    assert pack(server.log, [pc.journal, other.journal], SCOPES).entries == 2
    data = packet(server, pc, other)
    assert [take(pc, data).entries, take(other, data).entries] == [1, 2]
    take(server, packet(other, server))
    assert pack(server.log, [pc.journal, other.journal], SCOPES).entries == 1


def test_what_finds_no_room_goes_into_the_packets_after_the_answers() -> None:
    pc, server = pair()
    for number in range(300):
        pc.edit(f"R{number}", "note", f"value {number}")
        pc.sign()
    limits = replace(LIMITS, frame=1_000, page=5_000)
    assert pack(pc.log, [server.journal], SCOPES, limits).left > 0
    for turn in range(60):
        take(server, packet(pc, server, limits=limits, seed=turn))
        if take(pc, packet(server, pc, seed=turn)).equal:
            break
    assert ids(server.log) == ids(pc.log)


def test_who_is_not_addressed_cannot_open_it() -> None:
    pc, server = pair()
    assert fault(packet(pc, server), Replica("pc2")) == PacketFault.NOT_FOR_US
    assert fault(packet(pc, server), pc) == PacketFault.NOT_FOR_US


def test_the_recovery_code_opens_it_when_the_server_s_key_is_lost() -> None:
    pc, server = pair()
    pc.edit("R1", "note", "x")
    private, public = recovery_keypair(CODE)
    data = packet(pc, server, recovery=[public])
    found = open_packet(data, [b"n" * 32, private], PROVINCE_KEY)
    fresh = Replica("new server")
    taken = unpack(fresh.log, verifier(fresh), found.page, pc.journal, fresh.journal, SCOPES)
    assert (taken.entries, taken.equal) == (1, True)


def test_a_recovery_key_is_believed_from_the_province_only() -> None:
    public = recovery_keypair(CODE)[1]
    assert read_recovery_key(issue_recovery_key(public, PROVINCE), PROVINCE_KEY) == public
    for blob in (issue_recovery_key(public, b"o" * 32), b"", issue_recovery_key(public, PROVINCE)[:-1]):
        with pytest.raises(KeyFault):
            read_recovery_key(blob, PROVINCE_KEY)


def test_a_packet_of_another_province_is_refused() -> None:
    pc, server = pair()
    assert fault(packet(pc, server), server, signing_public(b"o" * 32)) == PacketFault.FOREIGN
    stranger = Certificate(pc.journal, "29551", "A", signing_public(pc.private), wrapping_public(pc.private), "pc1", "2026-11-20")
    made = seal_packet(Page(()), Maker(issue(stranger, b"o" * 32), pc.private), [certificate(server)], (), MOMENT, entropy())
    assert fault(made[1], server) == PacketFault.FOREIGN


def test_a_packet_in_another_s_name_is_refused() -> None:
    pc, server = pair()
    thief = Maker(maker(pc).certificate, b"t" * 32)
    made = seal_packet(Page(()), thief, [certificate(server)], (), MOMENT, entropy())
    assert fault(made[1], server) == PacketFault.FOREIGN


def test_every_changed_byte_and_every_cut_is_noticed() -> None:
    pc, server = pair()
    pc.edit("R1", "note", "x")
    data = packet(pc, server)
    known = {getattr(PacketFault, name) for name in vars(PacketFault) if name.isupper()}
    for place in range(len(data)):
        changed = data[:place] + bytes([data[place] ^ 0x41]) + data[place + 1 :]
        assert fault(changed, server) in known
    for end in range(len(data)):
        assert fault(data[:end], server) in known
    assert fault(data + b"x", server) == PacketFault.DAMAGED


@pytest.mark.parametrize(
    ("data", "number"),
    [
        (b"", PacketFault.NOT_A_PACKET),
        (b"PK\3\4 a zip file", PacketFault.NOT_A_PACKET),
        (b"QMSPACK2" + bytes(200), PacketFault.VERSION),
        (b"QMSPACK1" + b"\xff" * 200, PacketFault.DAMAGED),
        (b"QMSPACK1" + len(compress([0] * 90_000)).to_bytes(4) + compress([0] * 90_000), PacketFault.DAMAGED),
        (b"QMSPACK1" + len(compress(bytes(5_000_000))).to_bytes(4) + compress(bytes(5_000_000)), PacketFault.DAMAGED),
    ],
)
def test_rubbish_is_refused_by_number(data: bytes, number: int) -> None:
    assert fault(data, Replica("server")) == number


def test_too_large_a_file_is_not_even_read() -> None:
    assert fault(b"QMSPACK1" + bytes(MAX_PACKET), Replica("server")) == PacketFault.TOO_LARGE


def test_a_packet_needs_a_receiver() -> None:
    with pytest.raises(PacketFault) as raised:
        packet(Replica("pc1"))
    assert raised.value.code == PacketFault.NO_ADDRESS


def test_a_scope_that_is_not_shared_stays_outside() -> None:
    pc, server = pair()
    pc.edit("R1", "note", "x", scope=QMS)
    found = opened(server, packet(pc, server))
    taken = unpack(server.log, verifier(server), found.page, pc.journal, server.journal, (SCOPE,))
    assert taken.refused == ((QMS, ExchangeError.UNKNOWN_SCOPE),)
    assert (taken.entries, ids(server.log, QMS)) == (0, set())
    assert server.log.peer_have(pc.journal, QMS) is None
