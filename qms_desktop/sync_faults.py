"""The numbered refusals of ``sync`` in words a person can act on; the number stays readable in QMS-5nnn."""

from collections.abc import Iterator
from contextlib import contextmanager

from qms_desktop.domain.errors import AppError, SyncError
from sync import errors as core

_WAIT = "Không cần làm gì: chương trình tự thử lại; công việc vẫn tiếp tục bình thường."
_LASTING = "Không cần làm gì: chương trình tự thử lại; nếu kéo dài quá một ngày, hãy gọi quản trị tỉnh và đọc số lỗi này."
_PROVINCE = "Hãy gọi quản trị tỉnh và đọc số lỗi này."
_NEW_CODE = "Hãy xin quản trị tỉnh một mã ghi danh mới."

_LOG_IN = frozenset({core.TransportFault.PORTAL, core.TransportFault.OTHER_NAME})

_WORDS: dict[int, tuple[str, str]] = {
    core.KeyFault.KEY_MISSING: ("Máy này chưa có khóa của đơn vị.", "Hãy nhờ máy khác của đơn vị bấm “Cho phép máy mới”."),
    core.KeyFault.BAD_RECOVERY_CODE: ("Mã phục hồi không đúng.", "Hãy gõ lại đúng như bản in trong két."),
    core.KeyFault.NOT_OPENED: ("Khóa không mở được dữ liệu này.", "Hãy kiểm tra mã phục hồi hoặc chọn đúng tệp của đơn vị."),
    core.TransportFault.OFFLINE: ("Máy này đang không có mạng.", _WAIT),
    core.TransportFault.NO_NAME: (
        "Không tra được tên máy chủ tỉnh: máy này không có Internet, hoặc tên máy chủ gõ sai.",
        "Không cần làm gì nếu đang mất mạng: chương trình tự thử lại; nếu trình duyệt vẫn vào mạng được, hãy xem lại địa chỉ máy "
        "chủ.",
    ),
    core.TransportFault.NOBODY_THERE: ("Máy chủ tỉnh đang tắt hoặc không nhận kết nối.", _LASTING),
    core.TransportFault.NO_ANSWER: (
        "Gọi máy chủ tỉnh không thấy trả lời: đường truyền quá yếu, tường lửa chặn, hoặc máy chủ đang tắt.",
        _LASTING,
    ),
    core.TransportFault.STALLED: ("Đường truyền đứng yên quá lâu.", _WAIT),
    core.TransportFault.PORTAL: (
        "Mạng này bắt đăng nhập trước khi dùng: trang đăng nhập của mạng đã trả lời thay máy chủ tỉnh. Chưa có gì được gửi đi.",
        "Hãy mở trình duyệt, đăng nhập mạng (Wi-Fi) rồi bấm “Đồng bộ ngay”.",
    ),
    core.TransportFault.OTHER_NAME: (
        "Nơi trả lời đưa chứng thư của một máy chủ khác; thường là trang đăng nhập của mạng Wi-Fi. Chưa có gì được gửi đi.",
        "Hãy mở trình duyệt để đăng nhập mạng; nếu đã có mạng, hãy xem lại địa chỉ máy chủ và gọi quản trị tỉnh.",
    ),
    core.TransportFault.NOT_OUR_SERVER: (
        "Ở địa chỉ này có máy chủ trả lời, nhưng không phải máy chủ tỉnh của chương trình.",
        "Hãy kiểm tra địa chỉ máy chủ theo giấy cấp mã; nếu đúng, hãy gọi quản trị tỉnh và đọc số lỗi này.",
    ),
    core.TransportFault.BLOCKED: (
        "Bộ lọc hoặc tường lửa của mạng không cho đi tới máy chủ tỉnh.",
        "Hãy nhờ người quản trị mạng của cơ quan mở địa chỉ máy chủ tỉnh.",
    ),
    core.TransportFault.PAGE_TOO_LARGE: (
        "Một thiết bị trên đường truyền không cho gửi gói lớn.",
        "Không cần làm gì: chương trình tự gửi gói nhỏ dần; nếu kéo dài sang ngày sau, hãy báo quản trị tỉnh.",
    ),
    core.TransportFault.GATEWAY: ("Máy chủ tỉnh đang khởi động lại hoặc đang bảo trì.", _LASTING),
    core.TransportFault.NO_PROXY: (
        "Không gặp được máy trung gian (proxy) mà Windows đang đặt.",
        "Hãy xem mục Đường truyền ở màn hình Đồng bộ và cài đặt proxy của Windows.",
    ),
    core.TransportFault.PROXY_PASSWORD: (
        "Máy trung gian (proxy) của cơ quan đòi tên và mật khẩu, hoặc mật khẩu đã đổi.",
        "Hãy gõ tên và mật khẩu proxy ở màn hình Đồng bộ, mục Đường truyền.",
    ),
    core.TransportFault.PROXY_KIND: (
        "Windows đang đặt proxy kiểu SOCKS, chương trình không dùng được.",
        "Hãy nhờ người quản trị mạng đặt proxy kiểu HTTP, hoặc cho đi thẳng tới máy chủ tỉnh.",
    ),
    core.TransportFault.BUSY: ("Máy chủ tỉnh đang bận.", _WAIT),
    core.TransportFault.SERVER_FAULT: ("Máy chủ tỉnh gặp lỗi.", _WAIT),
    core.TransportFault.REFUSED: ("Máy chủ tỉnh từ chối yêu cầu.", _PROVINCE),
    core.TransportFault.UNTRUSTED: (
        "Chứng thư của nơi trả lời không được tin cậy: trang đăng nhập Wi-Fi, máy đứng giữa, hoặc chứng thư riêng của tỉnh. "
        "Chưa có gì được gửi đi.",
        "Hãy gõ địa chỉ kèm dấu chứng thư (phần sau dấu #) nếu giấy cấp mã có ghi; nếu không, hãy gọi quản trị tỉnh và đọc số "
        "lỗi này.",
    ),
    core.TransportFault.WRONG_PIN: (
        "Máy chủ trả lời không giữ đúng khóa đã ghi trên giấy cấp mã. Chưa có gì được gửi đi.",
        "Hãy xem lại phần sau dấu # của địa chỉ; nếu gõ đúng, có thể có máy đứng giữa: hãy gọi quản trị tỉnh và đọc số lỗi này.",
    ),
    core.TransportFault.EXPIRED: (
        "Theo đồng hồ của máy này, chứng thư của máy chủ tỉnh đã hết hạn hoặc chưa có hiệu lực. Chưa có gì được gửi đi.",
        "Hãy xem lại ngày giờ của máy; nếu đúng, hãy gọi quản trị tỉnh để gia hạn chứng thư.",
    ),
    core.TransportFault.BAD_PIN: (
        "Dấu chứng thư (phần sau dấu # của địa chỉ) gõ chưa đúng.",
        "Hãy gõ lại như trên giấy cấp mã: 20 chữ và số, không có 0, 1, I, L, O.",
    ),
    core.TransportFault.FULL: (
        "Máy chủ tỉnh hết chỗ chứa hoặc đang khóa ghi. Dữ liệu vẫn an toàn trên máy này.",
        "Không cần làm gì: chương trình tự gửi lại; nếu kéo dài sang ngày sau, hãy báo quản trị tỉnh.",
    ),
    core.TransportFault.CUT: ("Đường truyền bị ngắt giữa chừng.", _WAIT),
    core.TransportFault.BAD_ADDRESS: ("Địa chỉ máy chủ không đúng.", "Hãy sửa địa chỉ, ví dụ https://iso.tinh.gov.vn."),
    core.AccessFault.UNKNOWN_DEVICE: ("Máy chủ tỉnh không biết máy này.", "Hãy ghi danh lại máy bằng một mã mới."),
    core.AccessFault.FOLLOWED: (
        "Một máy khác (khôi phục từ bản sao lưu, hoặc sao chép từ máy này) đã tiếp tục thay cho máy này.",
        "Hãy xin quản trị tỉnh một mã ghi danh mới rồi ghi danh ở màn hình Hệ thống.",
    ),
    core.AccessFault.CLOCK: ("Đồng hồ của máy này sai nhiều.", "Hãy chỉnh lại ngày giờ của máy rồi đồng bộ lại."),
    core.AccessFault.REVOKED: ("Máy này đã bị thu hồi quyền.", _PROVINCE),
    core.AccessFault.BAD_CODE: ("Mã ghi danh không đúng.", "Hãy gõ lại mã: 16 chữ và số, không có 0, 1, I, L, O."),
    core.AccessFault.CODE_USED: ("Mã ghi danh đã được dùng.", _NEW_CODE),
    core.AccessFault.CODE_EXPIRED: ("Mã ghi danh đã hết hạn.", _NEW_CODE),
    core.AccessFault.WRONG_PROVINCE: ("Máy chủ này không phải nơi đã cấp mã.", "Hãy kiểm tra địa chỉ máy chủ."),
    core.AccessFault.TOO_MANY: ("Đã thử quá nhiều lần.", "Hãy đợi ít phút rồi thử lại."),
    core.AccessFault.NO_SIGN_ON: ("Một thiết bị trên đường truyền đã bỏ mất chữ ký của máy này.", _PROVINCE),
    core.AccessFault.BAD_SIGN_ON: ("Máy chủ tỉnh không nhận chữ ký của máy này.", _PROVINCE),
    core.AccessFault.REPLAYED: ("Một yêu cầu đã bị gửi hai lần trên đường truyền.", _WAIT),
    core.AccessFault.BODY_CHANGED: ("Dữ liệu gửi đi bị thay đổi giữa đường; máy chủ đã không nhận.", _LASTING),
    core.WireError.MALFORMED: ("Câu trả lời nhận được bị hỏng giữa đường; chưa dùng gì từ đó.", _LASTING),
    core.WireError.TOO_LARGE: ("Gói dữ liệu lớn quá mức cho phép nên không được nhận.", _PROVINCE),
    core.WireError.VERSION: ("Máy chủ tỉnh chạy phiên bản khác.", "Hãy cập nhật chương trình rồi đồng bộ lại."),
    core.PacketFault.NOT_A_PACKET: ("Tệp này không phải gói USB của chương trình.", "Hãy chọn tệp có đuôi .qmspacket."),
    core.PacketFault.VERSION: ("Gói do phiên bản chương trình khác lập.", "Hãy cập nhật chương trình rồi nhập lại."),
    core.PacketFault.TOO_LARGE: ("Gói USB quá lớn.", _PROVINCE),
    core.PacketFault.DAMAGED: ("Gói USB bị hỏng hoặc chép thiếu.", "Hãy chép lại từ nơi đã lập gói."),
    core.PacketFault.NOT_FOR_US: ("Gói này gửi cho nơi khác.", "Hãy chọn đúng gói tỉnh trả lời, hoặc gói lập cho máy này."),
    core.PacketFault.FOREIGN: ("Gói này không do tỉnh hay máy của đơn vị lập.", "Hãy hỏi người đưa gói."),
    core.PacketFault.NO_ADDRESS: ("Máy này chưa có khóa của nơi nhận gói.", "Hãy đồng bộ với tỉnh một lần rồi lập lại gói."),
    core.BlobFault.WRONG: ("Một tệp đính kèm đến nơi bị sai.", _WAIT),
    core.BlobFault.NO_ROOM: ("Máy chủ tỉnh hết chỗ cho tệp đính kèm của đơn vị; hồ sơ vẫn gửi bình thường.", _PROVINCE),
    core.AccessFault.REPLICA_TAKEN: ("Máy chủ đã ghi danh một máy khác cùng mã.", _PROVINCE),
}


def in_words(fault: Exception) -> AppError:
    """The refusal as an error a person can read; an AppError is passed on as it is."""
    if isinstance(fault, AppError):
        return fault
    if not isinstance(fault, core.SyncError):
        return SyncError(
            "QMS-599", f"Lỗi ngoài dự kiến khi đồng bộ ({type(fault).__name__}).", do="Hãy chép chi tiết và báo hỗ trợ."
        )
    what, do = _WORDS.get(fault.code, ("Việc trao đổi với máy chủ bị từ chối.", _PROVINCE))
    return SyncError(f"QMS-5{fault.code}", what, do=do)


def wants_a_log_in(fault: Exception | None) -> bool:
    """Whether the network answered with a page of its own instead of the server."""
    return getattr(fault, "code", 0) in _LOG_IN


@contextmanager
def spoken() -> Iterator[None]:
    """What ``sync`` refuses inside the block comes out as an error a person can read."""
    try:
        yield
    except core.SyncError as fault:
        raise in_words(fault) from fault
