"""What the administrator of the provincial server does by hand, one function for each verb of the command line."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from qms_desktop.domain.ids import VIET_NAM
from qms_desktop.domain.procedure_content import ProcedureContent
from qms_desktop.domain.unit_lists import parse_units
from qms_desktop.resources import calendars, load_json, names
from sync.server import certificate as certificates
from sync.server import erasing, identity, logbook
from sync.server.backup import backup, restore
from sync.server.certificate import Facts, Tls
from sync.server.errors import ServerError
from sync.server.packet_verbs import print_code
from sync.server.province import Province
from sync.server.publishing import Report, import_units, publish_calendars, publish_procedures
from sync.server.stats import held
from sync.server.verify import verify

FAULTS_FOUND = 1
DAYS_TO_RENEW = 30


def init(options: Namespace) -> int:
    """Make a server in an empty data folder."""
    province = Province.init(options.data, options.database)
    print(f"Đã lập máy chủ {province.identity.server} trong {options.data}")
    print("Hãy cất giữ riêng một bản sao của server-keys.json: mất khóa này thì mọi máy phải ghi danh lại.")
    province.close()
    print_code(options.data)
    return 0


def rebuild(options: Namespace) -> int:
    """Go on after the database was lost."""
    Province.rebuild(options.data).close()
    print("Đã dựng lại cơ sở dữ liệu trống. Các máy sẽ tự nộp lại dữ liệu ở lần đồng bộ tới.")
    return 0


def serve(options: Namespace) -> int:
    """Serve until told to stop."""
    from sync.server.serve import serve as run

    tls = _tls(options)
    log = logbook.begin(options.log)
    try:
        with _province(options) as province:
            run(province, options.host, options.port, _ready, tls)
    finally:
        logbook.end(log)
    return 0


def _tls(options: Namespace) -> Tls | None:
    """The certificate to serve under; it is said in time that it runs out."""
    if options.certificate is None and options.key is None:
        return None
    if options.certificate is None or options.key is None:
        raise ServerError(ServerError.CERTIFICATE, "phải nêu cả --certificate và --key")
    tls = Tls(options.certificate, options.key)
    days = (certificates.check(tls).ends - datetime.now(UTC)).days
    if days < DAYS_TO_RENEW:
        print(f"qms-server: chứng thư {tls.certificate} còn {days} ngày; hãy gia hạn", file=sys.stderr)
    return tls


def certificate(options: Namespace) -> int:
    """Make or renew the server's own certificate, or say what it is; 1 when it must be renewed soon."""
    identity.load(options.data)
    now = datetime.now(UTC)
    if options.name:
        made = certificates.make(options.data, tuple(options.name), now)
        print(f"Đã tạo {options.data / certificates.CERTIFICATE} và {certificates.KEY}; khởi động lại serve để dùng.")
    else:
        pair = certificates.own(options.data)
        if pair is None:
            raise ServerError(ServerError.CERTIFICATE, f"{options.data} chưa có chứng thư riêng; hãy nêu --name TÊN_MÁY")
        made = certificates.check(pair)
    print(f"Dùng cho: {', '.join(made.names)}; đến ngày {made.ends.astimezone(VIET_NAM):%d/%m/%Y}")
    print(_address(made))
    return FAULTS_FOUND if (made.ends - now).days < DAYS_TO_RENEW else 0


def _address(made: Facts) -> str:
    name = made.names[0] if made.names else "TÊN_MÁY"
    return f"Địa chỉ gõ trên máy xã (cổng 8765, đổi nếu khác): https://{name}:8765#{made.pin}"


def units_import(options: Namespace) -> int:
    """Take in a list of units as it holds from a day."""
    day = day_typed(options.valid_from)
    try:
        data = options.file.read_bytes()
    except OSError as fault:
        raise ServerError(ServerError.BAD_FILE, f"không đọc được tệp {options.file}: {fault.strerror}") from fault
    with _province(options) as province:
        report = import_units(province, parse_units(data, options.file.name), day, options.file.name)
    _say("đơn vị", report)
    return 0


def units_list(options: Namespace) -> int:
    """The register as it is today: code, kind and name of each unit."""
    today = datetime.now(UTC).astimezone(VIET_NAM).date().isoformat()
    with _province(options) as province:
        rows = [row for row in province.units() if str(row.get("valid_from")) <= today]
    for code, row in {row.get("code"): row for row in rows}.items():
        print(f"{code}: {row.get('full_name')}, từ {row.get('valid_from')}")
    if not rows:
        print("Chưa có đơn vị nào; hãy chạy “qms-server units import”.")
    return 0


def publish(options: Namespace) -> int:
    """Publish the model procedures and calendars that travel with the program."""
    contents = [ProcedureContent.from_json(load_json(name)) for name in names("procedures")]
    with _province(options) as province:
        _say("lịch làm việc", publish_calendars(province, calendars().layers))
        _say("thủ tục mẫu", publish_procedures(province, contents, day_typed(options.effective_on)))
    return 0


def enrol(options: Namespace) -> int:
    """Make a one-time code for a PC of a unit."""
    with _province(options) as province:
        print(province.accounts.new_code(options.unit, options.days * 24 * 3600 * 1000))
    print(f"Mã dùng một lần cho một máy của đơn vị {options.unit}, có hiệu lực {options.days} ngày.")
    pair = certificates.own(options.data)
    if pair is not None:
        print(_address(certificates.facts(pair.certificate)))
    return 0


def devices(options: Namespace) -> int:
    """List the enrolled PCs."""
    with _province(options) as province:
        found = province.accounts.devices()
    for device in found:
        moment = datetime.fromtimestamp(device.enrolled_at / 1000, UTC).astimezone(VIET_NAM)
        state = "  (đã thu hồi)" if device.revoked_at is not None else ""
        print(f"{device.unit}  {device.letter:<3} {device.replica}  {moment:%d/%m/%Y %H:%M}  {device.name}{state}")
    if not found:
        print("Chưa có máy nào ghi danh.")
    return 0


def verifying(options: Namespace) -> int:
    """Recompute everything and say what does not fit."""
    with _province(options) as province:
        faults = verify(province)
        with province.database.reading() as connection:
            erased = erasing.words(connection)
    print("\n".join([*(faults or ["ok"]), *erased]))
    return FAULTS_FOUND if faults else 0


def status(options: Namespace) -> int:
    """The digests of every scope, as JSON."""
    with _province(options) as province:
        log = province.log
        print(json.dumps({scope: format(log.state_digest(scope), "064x") for scope in log.scopes()}, indent=1))
    return 0


def back_up(options: Namespace) -> int:
    """Copy the database into a file, also while the server works."""
    with _province(options) as province:
        manifest = backup(province, options.file)
    print(f"Đã sao lưu {manifest.rows['entries']} mục nhật ký vào {options.file}")
    print("Bản sao không chứa khóa: hãy giữ server-keys.json và server.json ở một nơi khác nữa.")
    return 0


def restoring(options: Namespace) -> int:
    """Fill an empty database from a backup."""
    manifest = restore(options.data, options.file, os.urandom, options.database or None)
    moment = datetime.fromtimestamp(manifest.made_at / 1000, UTC).astimezone(VIET_NAM)
    print(f"Đã phục hồi {manifest.rows['entries']} mục nhật ký, theo bản sao lưu lúc {moment:%H:%M ngày %d/%m/%Y}")
    print("Các máy sẽ tự nộp lại phần còn thiếu ở lần đồng bộ tới. Mã ghi danh chưa dùng đã bị hủy.")
    return 0


def statistics(options: Namespace) -> int:
    """How much the server holds, as JSON."""
    with _province(options) as province:
        print(json.dumps(held(province.database, province.clock()) | province.blobs.held(), indent=1))
    return 0


@contextmanager
def _province(options: Namespace) -> Iterator[Province]:
    folder: Path = options.data
    province = Province.open(folder)
    try:
        yield province
    finally:
        province.close()


def _ready(url: str) -> None:
    print(f"ready {url}", flush=True)


def _say(what: str, report: Report) -> None:
    print(f"{what}: {report.written} mới hoặc thay đổi, {report.unchanged} như cũ")
    for problem in report.problems:
        print(f"  cần xem lại: {problem}")


def day_typed(text: str) -> date:
    """A day as the administrator types it."""
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    raise ServerError(ServerError.BAD_DATE, f"“{text}” không phải ngày; hãy viết 2025-07-01 hoặc 01/07/2025")
