"""Packets at the server: from the command line, for one PC or a unit, also when the database or the key is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import update

from sync.client.credentials import Credentials
from sync.client.packets import Post
from sync.errors import PacketFault
from sync.journal.keys import UnitKeys
from sync.server.__main__ import main
from sync.server.errors import ServerError
from sync.server.packets import export, take
from sync.server.province import Province
from sync.server.schema import DEVICES
from sync.server.verify import verify
from sync.stick.packing import Unpacked
from tests.sync.server.conftest import Clock, Entropy, join, replica_of, secret, unit_puts
from tests.sync.world.offices import Pc

UNIT = "28756"
NAME = "Nguyễn Thị Ánh Tuyết"


def pc_of(province: Province, name: str, unit: str = UNIT) -> Pc:
    """A PC that joined and has not exchanged anything."""
    answer = join(province, unit, name)
    pc = Pc(name, Clock(), Entropy(name))
    pc.credentials = Credentials(
        url="http://localhost",
        server=answer.server,
        server_replica=answer.server_replica,
        replica=replica_of(name),
        unit=answer.unit,
        letter=answer.letter,
        certificate=answer.certificate,
        province_key=answer.province_key,
        server_certificate=answer.server_certificate,
        recovery_key=answer.recovery_key,
    )
    pc.log.append(pc.credentials.scopes[2], [], {pc.credentials.replica: answer.certificate})
    pc.keys = UnitKeys({pc.credentials.scopes[2]: {1: secret(f"unit {unit}")}})
    return pc


def post(pc: Pc) -> Post:
    return Post(pc.log, pc.credentials, pc.applicant.sign_private, pc.applicant.wrap_private, pc.clock, pc.entropy)


def take_at(pc: Pc, data: bytes) -> Unpacked:
    return post(pc).take(post(pc).open(data))


def digests(pc: Pc) -> list[int]:
    return [pc.log.state_digest(scope) for scope in pc.credentials.scopes]


def digests_at(province: Province, pc: Pc) -> list[int]:
    return [province.log.state_digest(scope) for scope in pc.credentials.scopes]


def test_a_pc_that_never_had_a_line_after_joining_exchanges_everything_by_file(province: Province) -> None:
    pc = pc_of(province, "one")
    pc.write("d1", state="received", p_name=NAME)
    received = take(province, post(pc).make()[1])
    assert (received.unpacked.entries, received.device.replica) == (1, pc.credentials.replica)
    answer = export(province, pc.credentials.replica)
    assert NAME.encode() not in answer.data
    assert take_at(pc, answer.data).equal
    assert digests(pc) == digests_at(province, pc)
    assert verify(province) == []


def test_a_packet_for_a_unit_can_be_read_by_each_of_its_pcs_and_by_no_other(province: Province) -> None:
    first, second, foreign = pc_of(province, "one"), pc_of(province, "two"), pc_of(province, "three", "28777")
    first.write("d1", state="received", p_name=NAME)
    take(province, post(first).make()[1])
    data = export(province, UNIT).data
    assert take_at(first, data).equal
    assert take_at(second, data).equal
    with pytest.raises(PacketFault) as fault:
        take_at(foreign, data)
    assert fault.value.code == PacketFault.NOT_FOR_US


def test_a_neighbour_s_packet_is_taken_and_one_of_another_unit_is_not(province: Province) -> None:
    first, second, foreign = pc_of(province, "one"), pc_of(province, "two"), pc_of(province, "three", "28777")
    for pc in (first, second, foreign):
        take_at(pc, export(province, pc.credentials.unit).data)
    for pc in (second, foreign):
        pc.log.append("province", [], {first.credentials.replica: first.credentials.certificate})
    first.log.append("province", [], {replica_of("two"): second.credentials.certificate})
    second.write("d2", state="received", p_name=NAME)
    assert take_at(first, post(second).make(first.credentials.replica)[1]).entries == 1
    assert take_at(second, post(first).make(second.credentials.replica)[1]).equal
    with pytest.raises(PacketFault) as fault:
        post(foreign).make(first.credentials.replica)
    assert fault.value.code == PacketFault.NO_ADDRESS


def test_a_neighbour_s_packet_cannot_speak_for_the_province(province: Province) -> None:
    one, two = pc_of(province, "one"), pc_of(province, "two")
    for pc in (one, two):
        take_at(pc, export(province, pc.credentials.unit).data)
    two.log.append("province", [], {replica_of("one"): one.credentials.certificate})
    published = set(one.log.parcels("province"))
    two.tips = {}
    two.write("model", scope="province", title="giả")
    _, data, _ = post(two).make(one.applicant.replica)
    take_at(one, data)
    assert set(one.log.parcels("province")) == published


def test_a_server_rebuilt_without_its_database_is_filled_from_packets(tmp_path: Path) -> None:
    province = Province.init(tmp_path / "lost", clock=Clock(), entropy=Entropy())
    province.publish("unit.import", unit_puts())
    pc = pc_of(province, "one")
    take_at(pc, export(province, UNIT).data)
    pc.write("d1", state="received", p_name=NAME)
    take(province, post(pc).make()[1])
    take_at(pc, export(province, UNIT).data)
    province.close()
    empty = tmp_path / "rebuilt"
    shutil.copytree(tmp_path / "lost", empty, ignore=shutil.ignore_patterns("server.db*"))
    rebuilt = Province.rebuild(empty, clock=Clock(), entropy=Entropy("new"))
    take(rebuilt, post(pc).make()[1])
    take_at(pc, export(rebuilt, pc.credentials.replica).data)
    assert take(rebuilt, post(pc).make()[1]).unpacked.equal
    assert digests(pc) == digests_at(rebuilt, pc)
    assert verify(rebuilt) == []
    rebuilt.close()


def test_a_revoked_pc_hands_over_and_gets_no_packet(province: Province) -> None:
    pc = pc_of(province, "one")
    with province.database.writing() as connection:
        connection.execute(update(DEVICES).values(revoked_at=1))
    received = take(province, post(pc).make()[1])
    assert (received.unpacked.refused, received.device.revoked_at) == ((), 1)
    with pytest.raises(ServerError):
        export(province, pc.credentials.replica)


@pytest.fixture
def folder(province: Province, tmp_path: Path) -> Path:
    """The data folder of the province, closed, with a recovery code."""
    province.close()
    return tmp_path / "server"


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path, code: int = 0) -> str:
    capsys.readouterr()
    assert main([str(argument) for argument in arguments]) == code
    said = capsys.readouterr()
    return said.err if code == 2 else said.out


def test_the_command_line_takes_a_packet_and_answers_it(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there, back, whole = (tmp_path / name for name in ("there.qmspacket", "back.qmspacket", "whole.qmspacket"))
    province = Province.open(folder, clock=Clock(), entropy=Entropy("x"))
    pc = pc_of(province, "one")
    pc.write("d1", state="received", p_name=NAME)
    there.write_bytes(post(pc).make()[1])
    province.close()
    assert "Đã nhận 1 mục mới từ máy A" in run(capsys, "packet", "import", there, "--answer", back, "--data", folder)
    assert "Đã nhận 0 mục mới" in run(capsys, "packet", "import", there, "--data", folder)
    assert take_at(pc, back.read_bytes()).equal
    assert "cho máy A" in run(capsys, "packet", "export", UNIT, whole, "--data", folder)
    assert take_at(pc, whole.read_bytes()).entries == 0


def test_a_packet_for_a_lost_server_is_read_with_the_printed_recovery_code(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(capsys, "recovery-code", "--data", folder).strip().rsplit(" ", maxsplit=1)[-1]
    province = Province.open(folder, clock=Clock(), entropy=Entropy("x"))
    pc = pc_of(province, "one")
    pc.write("d1", state="received", p_name=NAME)
    file = tmp_path / "there.qmspacket"
    file.write_bytes(post(pc).make()[1])
    province.close()
    keys = folder / "server-keys.json"
    wrap = province.identity.wrap_private.hex()
    keys.write_text(keys.read_text("utf-8").replace(wrap, "5" * 64), "utf-8")
    assert "QMS-S705" in run(capsys, "packet", "import", file, "--data", folder, code=2)
    assert "QMS-S205" in run(capsys, "packet", "import", file, "--recovery-code", "1", "--data", folder, code=2)
    assert "Đã nhận 1 mục" in run(capsys, "packet", "import", file, "--recovery-code", code, "--data", folder)


def test_a_new_server_prints_its_recovery_code_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = run(capsys, "init", "--data", tmp_path / "new")
    code = next(line for line in said.splitlines() if "Mã phục hồi" in line).rsplit(" ", maxsplit=1)[-1]
    stored = b"".join(path.read_bytes() for path in (tmp_path / "new").iterdir())
    assert code.encode() not in stored


@pytest.mark.parametrize(
    ("arguments", "number"),
    [
        (["packet", "export", "99999", "x.qmspacket"], "QMS-S910"),
        (["packet", "import", "nowhere.qmspacket"], "QMS-S904"),
        (["packet", "import", __file__], "QMS-S701"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], number: str
) -> None:
    assert number in run(capsys, *arguments, "--data", folder, code=2)
