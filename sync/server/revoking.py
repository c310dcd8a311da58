"""Rights as the province's administrator gives and takes them, and the last word of a PC that was revoked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from qms_desktop.domain.fields import Area
from qms_desktop.domain.ids import VIET_NAM, new_id
from qms_desktop.domain.records.people import PC, PERSON, ROLE_GRANT, ROLES
from qms_desktop.domain.text import fold
from sync.canonical import Value
from sync.errors import AccessFault, ExchangeError
from sync.rights.wiping import MOST_LEAVES, named_in, read_receipt, sign_release
from sync.server.accounts import Device
from sync.server.errors import ServerError
from sync.server.province import Province
from sync.server.records import current
from sync.server.writer import Put


def device_named(province: Province, name: str, unit: str = "") -> Device:
    """The PC of a replica id, or of a letter within a unit ("28756-B", or "B" with `unit`); ServerError if there is none."""
    of_unit, _, letter = name.rpartition("-")
    wanted = (of_unit or unit, letter.upper())
    for device in province.accounts.devices():
        if device.replica == name or (device.unit, device.letter) == wanted:
            return device
    raise ServerError(ServerError.UNKNOWN_PC, f"không có máy “{name}” đã ghi danh; xem lệnh devices")


def revoke(province: Province, name: str, reason: str) -> Device:
    """Revoke a PC: what is held of it now stands, what comes later does not; it hands over and wipes itself on contact."""
    device = device_named(province, name)
    if not province.custody.revoke(device.unit, device.replica, reason):
        raise ServerError(ServerError.ALREADY_THERE, f"máy {device.letter} của đơn vị {device.unit} đã được thu hồi trước đây")
    return device


def grant(province: Province, unit: str, person: str, role: str, pc: str = "") -> str:
    """Give a role to a person of a unit, on one PC or (pc "") on all; the id of the grant."""
    if role not in {option.value for option in ROLES}:
        codes = ", ".join(option.value for option in ROLES)
        raise ServerError(ServerError.BAD_FILE, f"không có vai trò “{role}”; các vai trò: {codes}")
    today = datetime.fromtimestamp(province.clock() / 1000, UTC).astimezone(VIET_NAM)
    values: dict[str, Value] = {"person": _person(province, unit, person), "role": role}
    values["valid_from"] = today.date().isoformat()
    if pc:
        values["replica"] = device_named(province, pc, unit).replica
    record = new_id(today.replace(tzinfo=None), province.entropy)
    province.custody.put(unit, "role_grant.give", Put(ROLE_GRANT, record, values))
    return record


def end_grants(province: Province, unit: str, person: str, role: str, pc: str = "") -> int:
    """End a person's role (on one PC, or wherever it was given); how many grants ended."""
    who = _person(province, unit, person)
    replica = device_named(province, pc, unit).replica if pc else ""
    with province.database.reading() as connection:
        rows = current(connection, Area.QMS.scope(unit), ROLE_GRANT.name)
    wanted = [
        record
        for record, row in rows.items()
        if (row.get("person"), row.get("role")) == (who, role)
        and not row.get("ended_at")
        and (not replica or row.get("replica") == replica)
    ]
    for record in wanted:
        province.custody.end_grant(unit, record)
    return len(wanted)


def release(province: Province, device: Device, leaves: Sequence[str]) -> bytes:
    """The province's word to a revoked PC that it holds these entries; ExchangeError when one is not here."""
    held = {name for scope in device.scopes for name in province.log.held(scope, leaves)}
    if not set(leaves) <= held or len(leaves) > MOST_LEAVES:
        raise ExchangeError(ExchangeError.STUCK, "not everything is here yet")
    return sign_release(device.replica, leaves, province.identity.province_private)


def receive(province: Province, blob: bytes) -> None:
    """Keep the receipt of a PC that erased its data. AccessFault unless that PC was revoked; KeyFault if it did not sign it."""
    device = province.accounts.device(named_in(blob))
    if device is None:
        raise AccessFault(AccessFault.UNKNOWN_DEVICE, "this PC is not enrolled here")
    read_receipt(blob, device.sign_key)
    if device.revoked_at is None:
        raise AccessFault(AccessFault.NOT_REVOKED, "this PC was not revoked")
    moment = datetime.fromtimestamp(province.clock() / 1000, UTC).astimezone(VIET_NAM).strftime("%Y-%m-%dT%H:%M")
    with province.database.reading() as connection:
        known = current(connection, Area.QMS.scope(device.unit), PC.name).get(device.replica, {})
    if not known.get("wiped_at"):
        values = {"wiped_at": moment, "wipe_receipt": blob.hex()}
        province.custody.put(device.unit, "pc.wiped", Put(PC, device.replica, values))


def _person(province: Province, unit: str, wanted: str) -> str:
    """The id of a person given by id or by full name, accents and case not needed; ServerError if none or several."""
    with province.database.reading() as connection:
        people = current(connection, Area.QMS.scope(unit), PERSON.name)
    if wanted in people:
        return wanted
    found = [record for record, row in people.items() if fold(str(row.get("full_name") or "")) == fold(wanted)]
    if len(found) == 1:
        return found[0]
    what = "không có" if not found else f"có {len(found)}"
    raise ServerError(ServerError.BAD_FILE, f"đơn vị {unit} {what} người tên “{wanted}”; hãy dùng mã của người đó")
