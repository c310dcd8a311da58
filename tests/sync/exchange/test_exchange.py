"""The exchange: who lacks what, in how many requests, and what is refused."""

from dataclasses import replace

import pytest

from sync.errors import ExchangeError, KeyFault, SyncError
from sync.exchange.session import Limits
from sync.journal.log import LONGEST_SEGMENT, MOST_ARMS, Parcel
from sync.wire.frames import Frame, decode_frame, encode_frame
from sync.wire.pages import PageReader, encode_page
from tests.sync.world.builders import SCOPE
from tests.sync.world.office import Replica, answer_to, ids, leaf, meet, read_page

QMS = "unit/29551/qms"


def pair() -> tuple[Replica, Replica]:
    return Replica("pc1"), Replica("server")


def test_what_one_side_writes_arrives_at_the_other_in_one_request_once_they_know_each_other() -> None:
    pc, server = pair()
    meet(pc, server)
    made = [pc.edit(f"R{number}", "note", "x") for number in range(400)]
    outcome, line = meet(pc, server)
    assert outcome.equal
    assert outcome.sent == 400
    assert line.requests == 1
    assert ids(server.log) == {item.id for item in made}


def test_nothing_to_do_is_one_small_request() -> None:
    pc, server = pair()
    for scope in (SCOPE, QMS, "province"):
        pc.edit("R1", "note", "x", scope=scope)
    scopes = ["province", QMS, SCOPE]
    meet(pc, server, scopes)
    outcome, line = meet(pc, server, scopes)
    assert outcome.equal
    assert (line.requests, outcome.sent, outcome.received) == (1, 0, 0)
    assert line.up + line.down < 350


def test_both_sides_hand_over_in_the_same_request() -> None:
    pc, server = pair()
    pc.edit("R1", "note", "x")
    meet(pc, server)
    pc.edit("R1", "note", "y")
    server.edit("R2", "note", "z")
    outcome, line = meet(pc, server)
    assert outcome.equal
    assert (outcome.sent, outcome.received, line.requests) == (1, 1, 1)
    assert ids(pc.log) == ids(server.log)
    assert pc.log.states(SCOPE) == server.log.states(SCOPE)


def test_news_for_a_side_without_news_of_its_own_take_at_most_two_requests() -> None:
    pc, server = pair()
    pc.edit("R1", "note", "x")
    meet(pc, server)
    for number in range(3):
        server.edit("R2", "note", f"{number}")
        outcome, line = meet(pc, server)
        assert outcome.equal
        assert line.requests <= 2


def test_a_third_side_receives_others_entries_with_their_proof() -> None:
    pc, server = pair()
    other = Replica("pc2")
    pc.edit("R1", "name", "Ánh", personal=True)
    meet(pc, server)
    outcome, _ = meet(other, server)
    assert outcome.equal
    assert other.log.certificate(pc.journal) == pc.log.certificate(pc.journal)
    newer = Replica("pc3")
    assert meet(newer, other)[0].equal


def test_much_goes_over_in_pages_and_small_frames() -> None:
    pc, server = pair()
    for number in range(3000):
        pc.edit(f"R{number}", "note", f"value {number}")
        if number % 50 == 0:
            pc.sign()
    limits = Limits(frame=4_000, page=30_000)
    outcome, line = meet(pc, server, limits=limits)
    assert outcome.equal
    assert line.requests >= 3
    other = Replica("pc2")
    outcome, line = meet(other, server, limits=limits)
    assert outcome.equal
    assert line.requests >= 3
    assert list(other.log.parcels(SCOPE)) == list(pc.log.parcels(SCOPE))


def test_a_restored_server_is_refilled_also_with_others_entries() -> None:
    pc, server = pair()
    other = Replica("pc2")
    pc.edit("R1", "note", "x")
    meet(pc, server)
    backup = server.copy()
    other.edit("R2", "note", "y")
    meet(other, server)
    meet(pc, server)
    lost = server.edit("R3", "note", "z")
    meet(pc, server)
    reused = backup.edit("R3", "note", "another", salt="after the restore")
    assert reused.n == lost.n
    outcome, _ = meet(pc, backup)
    assert outcome.equal
    assert {lost.id, reused.id} <= ids(backup.log) == ids(pc.log)
    assert meet(other, backup)[0].equal


def test_a_cloned_pc_forks_its_journal_and_both_arms_are_kept() -> None:
    pc, server = pair()
    for number in range(40):
        pc.edit("R1", "note", f"{number}")
    meet(pc, server)
    clone = pc.copy()
    mine = [pc.edit("R1", "note", f"mine {number}") for number in range(30)]
    theirs = [clone.edit("R1", "note", f"theirs {number}", salt="clone") for number in range(50)]
    assert mine[0].n == theirs[0].n
    assert not meet(pc, server)[0].own_journal_seen
    outcome, _ = meet(clone, server)
    assert outcome.own_journal_seen
    assert outcome.equal
    assert meet(pc, server)[0].equal
    assert {item.id for item in (*mine, *theirs)} <= ids(pc.log) == ids(clone.log)
    assert pc.log.leaves(SCOPE) == tuple(sorted([leaf(mine[-1]), leaf(theirs[-1])]))
    assert pc.log.states(SCOPE) == clone.log.states(SCOPE)


def test_two_sides_that_never_met_and_share_a_fork_repeat_little() -> None:
    pc = Replica("pc1")
    for number in range(200):
        pc.edit("R1", "note", f"{number}")
        pc.sign()
    clone = pc.copy()
    for number in range(10):
        pc.edit("R1", "note", f"mine {number}")
        clone.edit("R1", "note", f"theirs {number}", salt="clone")
    outcome, line = meet(clone, pc)
    assert outcome.equal
    assert outcome.sent <= 2 * 10 + 1
    assert line.requests <= 4


def test_a_lost_answer_changes_nothing() -> None:
    pc, server = pair()
    pc.edit("R1", "note", "x")
    pc.sign()
    meet(pc, server)
    pc.edit("R1", "note", "y")
    pc.sign()
    body = encode_page(pc.session("server").say())
    answer_to(server.session("pc1"), body)
    before = (ids(server.log), server.log.state_digest(SCOPE))
    answer_to(server.session("pc1"), body)
    assert (ids(server.log), server.log.state_digest(SCOPE)) == before
    assert meet(pc, server)[0].equal


def test_a_request_that_is_cut_still_delivers_the_frames_before_the_cut() -> None:
    pc, server = pair()
    meet(pc, server)
    for number in range(300):
        pc.edit(f"R{number}", "note", f"value {number}")
        pc.sign()
    limits = Limits(frame=3_000)
    body = encode_page(pc.session("server", limits=limits).say())
    reader, session = PageReader(), server.session("pc1")
    pieces = reader.feed(body[: len(body) // 2])
    assert not reader.complete
    assert not isinstance(pieces[0], bytes)
    session.hear(pieces[0])
    for frame in pieces[1:]:
        assert isinstance(frame, bytes)
        session.take(frame)
    arrived = len(ids(server.log))
    assert arrived > 100
    outcome, _ = meet(pc, server, limits=limits)
    assert outcome.equal
    assert outcome.sent <= 300


def test_entries_without_a_signature_stay_at_home() -> None:
    pc, server = pair()
    meet(pc, server)
    pc.edit("R1", "note", "x")
    session = pc.session("server")
    while not session.finished:
        session.hear(read_page(answer_to(server.session("pc1"), encode_page(session.say()))))
    assert session.outcome.stuck == (SCOPE,)
    assert ids(server.log) == set()


def forged(pc: Replica, **parts: object) -> bytes:
    """The frame a PC would send, with parts of its only parcel changed."""
    pc.sign()
    (frame,) = pc.session("server").say().frames
    read = decode_frame(frame)
    return encode_frame(Frame(read.scope, tuple(replace(item, **parts) for item in read.parcels), read.certificates))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "parts, code",
    [({"signature": bytes(64)}, KeyFault.BAD_SIGNATURE), ({"signature": None}, ExchangeError.UNSIGNED)],
)
def test_a_frame_that_is_not_proved_is_refused_by_number_and_nothing_is_stored(parts: dict[str, object], code: int) -> None:
    pc, server = pair()
    meet(pc, server)
    pc.edit("R1", "note", "x")
    session = server.session("pc1")
    session.hear(pc.session("server").say())
    session.take(forged(pc, **parts))
    assert session.say().parts[0].blocked == ((pc.journal, code),)
    assert session.outcome.refused_here == ((SCOPE, code),)
    assert ids(server.log) == set()


def test_a_device_the_province_does_not_know_is_refused() -> None:
    pc, server = pair()
    stranger = Replica("stranger")
    stranger.log._certificates.clear()
    stranger.edit("R1", "note", "x")
    outcome, _ = meet(stranger, server)
    assert outcome.refused_there == ((SCOPE, KeyFault.UNKNOWN_SIGNER),)
    assert ids(server.log) == set()
    assert pc.log.certificate(stranger.journal) is None


def test_texts_that_shrink_to_nothing_never_make_a_frame_that_the_other_side_may_not_expand() -> None:
    pc, server = pair()
    for number in range(40):
        pc.edit(f"R{number}", "note", "a" * 900_000)
        pc.sign()
    outcome, _ = meet(pc, server)
    assert outcome.equal
    late, _ = meet(Replica("pc2"), server)
    assert (late.equal, late.received) == (True, 40)


def test_a_segment_too_long_to_be_handed_on_is_not_taken_and_holds_up_nobody() -> None:
    bad, server = pair()
    for number in range(LONGEST_SEGMENT + 1):
        bad.edit(f"R{number}", "note", "x")
    good = Replica("pc2")
    good.edit("R1", "note", "y")
    refused, _ = meet(bad, server)
    assert refused.refused_there == ((SCOPE, ExchangeError.UNSIGNED),)
    assert meet(good, server)[0].equal
    assert meet(Replica("pc3"), server)[0].equal


def test_a_journal_that_forks_for_ever_is_taken_up_to_a_number_of_arms_and_holds_up_nobody() -> None:
    bad, server = pair()
    for number in range(MOST_ARMS + 50):
        bad.tips = {}
        bad.edit(f"R{number}", "note", "x", salt=number)
        bad.sign()
    meet(bad, server, limits=Limits(frame=2_000))
    assert MOST_ARMS - 20 <= len(server.log.leaves(SCOPE)) <= MOST_ARMS
    good = Replica("pc2")
    good.edit("R1", "note", "y")
    assert meet(good, server)[0].equal
    late = Replica("pc3")
    outcome, line = meet(late, server)
    assert (outcome.equal, line.requests <= 2) == (True, True)


def test_a_bad_journal_never_holds_up_the_others() -> None:
    """A relay that vouches for an unknown device beside a known one, in the same frames."""
    pc, server = pair()
    stranger, relay = Replica("stranger"), Replica("relay")
    for number in range(200):
        stranger.edit(f"S{number}", "note", "x")
        stranger.sign()
    meet(stranger, relay)
    relay.log._certificates.pop(stranger.journal)
    good = pc.edit("R1", "note", "y")
    meet(pc, relay)
    for limits in (None, Limits(frame=2_000, page=4_000)):
        outcome, line = meet(relay, server, limits=limits)
        assert outcome.refused_there == ((SCOPE, KeyFault.UNKNOWN_SIGNER),)
        assert ids(server.log) == {good.id}
        assert line.requests <= 6


def test_changed_sealed_bytes_are_refused() -> None:
    pc, server = pair()
    meet(pc, server)
    pc.edit("R1", "name", "Ánh", personal=True)
    ciphertext = next(iter(pc.log.parcels(SCOPE).values())).ciphertext
    assert ciphertext is not None
    session = server.session("pc1")
    session.hear(pc.session("server").say())
    session.take(forged(pc, ciphertext=bytes(len(ciphertext))))
    assert session.say().parts[0].blocked == ((pc.journal, KeyFault.BAD_SIGNATURE),)
    assert ids(server.log) == set()


def test_a_scope_that_is_not_shared_is_refused_and_the_others_go_on() -> None:
    pc, server = pair()
    pc.edit("R1", "note", "x")
    pc.edit("R1", "note", "x", scope="oversight")
    pc.sign()
    session = pc.session("server", [SCOPE, "oversight"])
    while not session.finished:
        session.hear(read_page(answer_to(server.session("pc1", [SCOPE]), encode_page(session.say()))))
    assert session.outcome.refused_there == (("oversight", ExchangeError.SCOPE_REFUSED),)
    assert session.outcome.stuck == ("oversight",)
    assert len(ids(server.log)) == 1
    assert ids(server.log, "oversight") == set()


def test_a_frame_pushed_into_a_foreign_scope_is_an_error() -> None:
    pc, server = pair()
    pc.edit("R1", "note", "x", scope="oversight")
    pc.sign()
    parcel = next(iter(pc.log.parcels("oversight").values()))
    session = server.session("pc1", [SCOPE])
    session.hear(pc.session("server").say())
    with pytest.raises(SyncError):
        session.take(encode_frame(Frame("oversight", (Parcel(parcel.entry, None, parcel.signature),), {})))


def test_another_merged_state_over_the_same_entries_is_reported() -> None:
    pc, server = pair()
    pc.edit("R1", "note", "x")
    meet(pc, server)
    server.log._scopes[SCOPE].digest += 1
    outcome, _ = meet(pc, server)
    assert outcome.mismatched == (SCOPE,)
    assert not outcome.equal
