"""The command line of the provincial server: `qms-server VERB --data DIR`."""

from __future__ import annotations

import argparse
import sys
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from qms_desktop.domain.errors import AppError
from sync.command_line import VietnameseParser, whole_number
from sync.server import admin, packet_verbs, right_verbs, unit_verbs
from sync.server.errors import ServerError
from sync.server.storage import cannot_store

DEFAULT_PORT = 8765
TWO_TIER_START = "2025-07-01"
"""From this day communes decide these procedures (NQ 202/2025/QH15): models without a date of their own start with it."""

EXIT_FAULT = 2

Verb = Callable[[argparse.Namespace], int]


NO_TEXT = ("Cc", "Cs")
"""Unicode's control characters, and what stands for bytes that are no text."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; 0 when done, 1 when `verify` found faults, 2 when it could not be done (said on standard error)."""
    parser, typed = build_parser(), sys.argv[1:] if argv is None else argv
    if any(unicodedata.category(sign) in NO_TEXT for argument in typed for sign in argument):
        parser.error("có tham số chứa ký tự điều khiển hoặc không phải chữ UTF-8; hãy gõ lại")
    options = parser.parse_args(typed)
    run: Verb = options.run
    try:
        return run(options)
    except (ServerError, AppError) as fault:
        print(f"qms-server: {fault}", file=sys.stderr)
    except KeyboardInterrupt:
        print("qms-server: đã dừng theo yêu cầu", file=sys.stderr)
    except BrokenPipeError:
        return EXIT_FAULT
    except OSError as fault:
        named = f" ({fault.filename})" if fault.filename else ""
        print(f"qms-server: không đọc hoặc ghi được tệp{named}: {fault.strerror} (QMS-S{ServerError.FILE})", file=sys.stderr)
    except SQLAlchemyError as fault:
        what, number = "cơ sở dữ liệu không dùng được", ServerError.DATABASE
        if cannot_store(fault):
            what, number = "ổ đĩa của cơ sở dữ liệu đã đầy hoặc bị khóa ghi; chưa ghi gì", ServerError.FULL
        print(f"qms-server: {what}: {type(fault).__name__} (QMS-S{number})", file=sys.stderr)
    return EXIT_FAULT


def build_parser() -> argparse.ArgumentParser:
    """Every verb with its options."""
    parser: argparse.ArgumentParser = VietnameseParser(
        prog="qms-server", description="Máy chủ đồng bộ của tỉnh (provincial sync server)."
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="LỆNH")
    init = _verb(verbs, "init", admin.init, "lập máy chủ trong một thư mục mới (make a new server)")
    init.add_argument("--database", default="", metavar="URL", help="địa chỉ cơ sở dữ liệu; bỏ trống: SQLite trong thư mục")
    _serving(verbs)
    _units(verbs)
    publish = _verb(verbs, "publish", admin.publish, "công bố thủ tục mẫu và lịch làm việc (publish models and calendars)")
    publish.add_argument(
        "--effective-on",
        default=TWO_TIER_START,
        metavar="NGÀY",
        help=f"ngày hiệu lực khi mẫu không ghi; mặc định {TWO_TIER_START}",
    )
    enrol = _verb(verbs, "enrol", admin.enrol, "tạo mã ghi danh dùng một lần cho một máy (one-time enrolment code)")
    enrol.add_argument("unit", metavar="MÃ_ĐƠN_VỊ", help="mã 5 chữ số của đơn vị")
    enrol.add_argument(
        "--days", type=whole_number(1, 366), default=7, metavar="SỐ_NGÀY", help="số ngày mã có hiệu lực, mặc định 7"
    )
    _rights(verbs)
    _verb(verbs, "devices", admin.devices, "liệt kê các máy đã ghi danh (list enrolled PCs)")
    _verb(verbs, "verify", admin.verifying, "tính lại chuỗi nhật ký và trạng thái, so với dữ liệu (recompute and compare)")
    _verb(verbs, "rebuild", admin.rebuild, "dựng lại sau khi mất cơ sở dữ liệu, giữ nguyên khóa (rebuild from the PCs)")
    _verb(verbs, "recovery-code", packet_verbs.recovery_code, "tạo mã phục hồi mới của tỉnh, in một lần (new recovery code)")
    _packet(verbs)
    _copies(verbs)
    _verb(verbs, "stats", admin.statistics, "in số đơn vị, máy, mục nhật ký (counts as JSON)")
    _verb(verbs, "digests", admin.status, "in dấu tổng trạng thái của từng phạm vi (state digests as JSON)")
    return parser


def _serving(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    serve = _verb(verbs, "serve", admin.serve, "chạy máy chủ (serve); dừng bằng SIGTERM hoặc Ctrl+C")
    serve.add_argument("--host", default="127.0.0.1", metavar="ĐỊA_CHỈ", help="địa chỉ lắng nghe, mặc định 127.0.0.1")
    serve.add_argument(
        "--port",
        type=whole_number(0, 65_535),
        default=DEFAULT_PORT,
        metavar="CỔNG",
        help=f"cổng, mặc định {DEFAULT_PORT}; 0: cổng trống bất kỳ",
    )
    serve.add_argument("--certificate", type=Path, metavar="TỆP", help="chứng thư TLS (PEM), kèm --key; bỏ trống: không TLS")
    serve.add_argument("--key", type=Path, metavar="TỆP", help="khóa riêng của chứng thư (PEM)")
    serve.add_argument("--log", type=Path, metavar="TỆP", help="ghi nhật ký vào tệp, tự thay tệp khi đầy; bỏ trống: ra stderr")
    making = _verb(verbs, "certificate", admin.certificate, "tạo hoặc gia hạn chứng thư riêng, hoặc xem (own TLS certificate)")
    making.add_argument(
        "--name", action="append", default=[], metavar="TÊN_MÁY", help="tên máy hoặc địa chỉ IP của máy chủ; có thể nêu nhiều lần"
    )


def _units(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    units = verbs.add_parser("units", help="danh mục đơn vị (register of units)")
    below = units.add_subparsers(dest="units_verb", required=True, metavar="LỆNH")
    _verb(below, "list", admin.units_list, "in danh mục đang có hiệu lực (list the register)")
    importing = _verb(below, "import", admin.units_import, "nhập danh mục đơn vị từ tệp CSV (import the register)")
    importing.add_argument("file", type=Path, metavar="TỆP", help="CSV: code,kind,name,full_name,province")
    merging = _verb(below, "merge", unit_verbs.merge, "sáp nhập đơn vị: đóng sổ đơn vị cũ, giao cho đơn vị mới đọc (merge units)")
    merging.add_argument("old", nargs="+", metavar="MÃ_CŨ", help="mã các đơn vị được sáp nhập")
    merging.add_argument("--into", required=True, metavar="MÃ_MỚI", help="mã đơn vị mới, đã có trong danh mục")
    _decided(merging)
    renaming = _verb(below, "rename", unit_verbs.rename, "đổi tên hoặc loại đơn vị từ một ngày (rename a unit)")
    renaming.add_argument("unit", metavar="MÃ_ĐƠN_VỊ")
    renaming.add_argument("--name", default="", metavar="TÊN", help="tên mới, không kèm loại: “An Bình”")
    renaming.add_argument("--kind", default="", metavar="LOẠI", help="loại mới: xa, phuong hoặc dac_khu")
    _decided(renaming)
    importing.add_argument("--valid-from", required=True, metavar="NGÀY", help="ngày danh mục có hiệu lực, ví dụ 2025-07-01")


def _decided(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--decision", required=True, metavar="SỐ", help="số nghị quyết, quyết định")
    verb.add_argument("--from", dest="valid_from", required=True, metavar="NGÀY", help="ngày có hiệu lực, ví dụ 2025-07-01")


def _rights(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    revoking = _verb(verbs, "revoke", right_verbs.revoke, "thu hồi một máy: mất, hỏng, bán hoặc bị lấy cắp (revoke a PC)")
    revoking.add_argument("pc", metavar="MÁY", help="mã máy như lệnh devices in ra, hoặc MÃ_ĐƠN_VỊ-KÝ_HIỆU, ví dụ 28756-B")
    revoking.add_argument("--reason", default="", metavar="LÝ_DO", help="ghi vào nhật ký của đơn vị; không ghi thông tin cá nhân")
    granting = _verb(verbs, "grant", right_verbs.grant, "giao hoặc thôi giao một vai trò cho một người (grant a role)")
    granting.add_argument("unit", metavar="MÃ_ĐƠN_VỊ", help="mã 5 chữ số của đơn vị")
    granting.add_argument("person", metavar="NGƯỜI", help="mã hoặc họ tên đầy đủ của người trong danh sách của đơn vị")
    granting.add_argument("role", metavar="VAI_TRÒ", help="CL, SP, SH, IS, LD, AR, AU, PA, PI hoặc SY")
    granting.add_argument("--pc", default="", metavar="MÁY", help="chỉ trên máy này; bỏ trống: mọi máy của đơn vị")
    granting.add_argument(
        "--end", action="store_true", help="thôi giao: việc đã gửi về tỉnh vẫn có giá trị, việc sau đó thì không"
    )


def _copies(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    saving = _verb(verbs, "backup", admin.back_up, "sao lưu vào một tệp, cả khi máy chủ đang chạy (backup)")
    saving.add_argument("file", type=Path, metavar="TỆP")
    filling = _verb(verbs, "restore", admin.restoring, "phục hồi vào cơ sở dữ liệu trống từ bản sao lưu (restore)")
    filling.add_argument("file", type=Path, metavar="TỆP")
    filling.add_argument("--database", default="", metavar="URL", help="chuyển sang cơ sở dữ liệu khác; bỏ trống: giữ như cũ")


def _packet(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    packet = verbs.add_parser("packet", help="đồng bộ bằng tệp qua USB (packet files)")
    below = packet.add_subparsers(dest="packet_verb", required=True, metavar="LỆNH")
    export = _verb(below, "export", packet_verbs.export, "lập gói cho một máy hoặc mọi máy của một đơn vị (make a packet)")
    export.add_argument("receiver", metavar="ĐƠN_VỊ_HOẶC_MÁY", help="mã đơn vị, hoặc mã máy như lệnh devices in ra")
    export.add_argument("file", type=Path, metavar="TỆP")
    export.add_argument("--files", action="store_true", help="chép thêm tệp đính kèm vào thư mục bên cạnh gói")
    taking = _verb(below, "import", packet_verbs.take, "nhận gói của một máy (take a packet in)")
    taking.add_argument("file", type=Path, metavar="TỆP")
    taking.add_argument("--answer", type=Path, metavar="TỆP", help="lập luôn gói trả lời cho máy đó")
    taking.add_argument("--recovery-code", default="", metavar="MÃ", help="mã phục hồi của tỉnh, khi gói gửi cho máy chủ đã mất")


def _verb(verbs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, run: Verb, text: str) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=text, description=text)
    parser.add_argument("--data", type=Path, required=True, metavar="THƯ_MỤC", help="thư mục dữ liệu của máy chủ")
    parser.set_defaults(run=run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
