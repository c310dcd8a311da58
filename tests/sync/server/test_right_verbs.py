"""`qms-server revoke`, `grant` and `verify` as an administrator types them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.journal.entry import Op, Verb, Write
from sync.server.__main__ import EXIT_FAULT, main
from sync.server.api import make_app
from sync.server.province import Province
from sync.server.records import current
from tests.sync.server.conftest import Clock, Entropy, unit_puts
from tests.sync.world.in_process import InProcess
from tests.sync.world.offices import Pc

UNIT = "28756"
QMS = f"unit/{UNIT}/qms"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A province with one founded PC of one unit."""
    folder, clock = tmp_path / "server", Clock()
    province = Province.init(folder, clock=clock, entropy=Entropy())
    province.publish("unit.import", unit_puts())
    road = InProcess(make_app(province, chance=lambda: 0.5))
    pc = Pc("one", clock, Entropy("one"))
    pc.join(road, province.accounts.new_code(UNIT))
    said = {"office": {"unit": UNIT}, "person": {"full_name": "Trần Thị Lan"}, "role_grant": {"person": "lan", "role": "IS"}}
    names = {"office": f"office-{UNIT}", "person": "lan", "role_grant": "g-lan"}
    ops = [Op(kind, names[kind], Verb.CREATE, tuple(Write(*pair) for pair in values.items())) for kind, values in said.items()]
    pc.act("lan", *ops, scope=QMS)
    pc.sync(road)
    province.close()
    return folder


def records(data: Path, kind: str) -> dict[str, dict[str, object]]:
    province = Province.open(data)
    try:
        with province.database.reading() as connection:
            return {name: dict(row) for name, row in current(connection, QMS, kind).items()}
    finally:
        province.close()


def run(data: Path, *words: str) -> int:
    return main([*words, "--data", str(data)])


def test_a_role_is_given_on_one_pc_and_ended(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(data, "grant", UNIT, "tran thi lan", "cl", "--pc", "A") == 0
    assert "Đã giao quyền CL" in capsys.readouterr().out
    grants = [row for row in records(data, "role_grant").values() if row["role"] == "CL"]
    assert [(row["person"], bool(row["replica"])) for row in grants] == [("lan", True)]
    assert run(data, "grant", UNIT, "lan", "CL", "--end") == 0
    assert "thôi giao 1 quyền" in capsys.readouterr().out
    ended = next(row for row in records(data, "role_grant").values() if row["role"] == "CL")
    assert ended["ended_at"]
    assert ended["cut"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("grant", UNIT, "không có ai", "CL"), "không có người tên"),
        (("grant", UNIT, "lan", "XX"), "không có vai trò"),
        (("grant", UNIT, "lan", "CL", "--pc", "Z"), "không có máy"),
        (("revoke", f"{UNIT}-Z"), "không có máy"),
    ],
)
def test_what_does_not_exist_is_named(data: Path, words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(data, *words) == EXIT_FAULT
    assert told in capsys.readouterr().err


def test_a_pc_is_revoked_once_and_stays_in_the_list(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(data, "revoke", f"{UNIT}-a", "--reason", "mất cắp") == 0
    assert "Đã thu hồi máy A" in capsys.readouterr().out
    assert run(data, "revoke", f"{UNIT}-A") == EXIT_FAULT
    assert "trước đây" in capsys.readouterr().err
    assert run(data, "devices") == 0
    assert "(đã thu hồi)" in capsys.readouterr().out
    assert run(data, "verify") == 0
    assert capsys.readouterr().out == "ok\n"
