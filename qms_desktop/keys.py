"""Where secrets lie: the operating system's key store, or a file a person names on purpose; never silently in clear.

Kept here are only short secrets (32-byte keys, a token): the Windows store takes at most 2,560 bytes.
"""

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any, Protocol

from qms_desktop.domain.errors import SetupError

DATABASE = "database"
SIGNING = "signing"
WRAPPING = "wrapping"
PROXY = "proxy"

_BACKENDS = {
    "win32": ("keyring.backends.Windows", "WinVaultKeyring"),
    "darwin": ("keyring.backends.macOS", "Keyring"),
}
_LINUX = ("keyring.backends.SecretService", "Keyring")


class Keys(Protocol):
    """Named secrets of one data folder."""

    def get(self, name: str) -> bytes | None:
        """The secret, or None if there is none of that name."""

    def set(self, name: str, value: bytes) -> None:
        """Keep a secret, replacing an earlier one."""

    def delete(self, name: str) -> None:
        """Forget a secret; no fault if there is none."""


class MemoryKeys:
    """Secrets that last as long as the process: for tests."""

    def __init__(self) -> None:
        self._values: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        return self._values.get(name)

    def set(self, name: str, value: bytes) -> None:
        self._values[name] = value

    def delete(self, name: str) -> None:
        self._values.pop(name, None)


class FileKeys:
    """Secrets in a JSON file of mode 0600, which must lie outside the data folder (a stolen copy would open itself).

    One file can serve several data folders, each with a section of its own, so founding a second office never takes away
    the first one's key. The only section of a file also serves a data folder that was moved.
    """

    def __init__(self, path: Path, data: Path | None = None) -> None:
        self._path = path
        self._section = "" if data is None else _mark(data)
        if data is not None and path.resolve().is_relative_to(data.resolve()):
            raise SetupError(
                "QMS-802",
                "Tệp khóa nằm ngay trong thư mục dữ liệu.",
                do="Hãy để tệp khóa ở nơi khác, ví dụ thư mục riêng của người dùng.",
            )

    def get(self, name: str) -> bytes | None:
        sections = self._read()
        only = next(iter(sections.values())) if len(sections) == 1 else {}
        value = sections.get(self._section, only).get(name)
        return None if value is None else bytes.fromhex(value)

    def set(self, name: str, value: bytes) -> None:
        sections = self._read()
        self._write({**sections, self._section: {**sections.get(self._section, {}), name: value.hex()}})

    def delete(self, name: str) -> None:
        sections = self._read()
        kept = {key: value for key, value in sections.get(self._section, {}).items() if key != name}
        self._write({**sections, self._section: kept})

    def _read(self) -> dict[str, dict[str, str]]:
        if not self._path.exists():
            return {}
        if os.name == "posix" and self._path.is_file() and self._path.stat().st_mode & 0o077:
            raise SetupError(
                "QMS-803",
                f"Tệp khóa “{self._path}” đang cho người khác đọc.",
                do=f"Hãy nhờ người quản trị máy chạy: chmod 600 {self._path}",
            )
        try:
            found: dict[str, dict[str, str]] = json.loads(self._path.read_text("utf-8"))
            if all(bytes.fromhex(value) for section in found.values() for value in section.values()):
                return found
        except OSError as fault:
            raise _unusable(self._path, fault) from fault
        except (ValueError, TypeError, AttributeError):
            pass
        raise SetupError("QMS-804", f"“{self._path}” không phải là tệp khóa.", do="Hãy chọn đúng tệp khóa.")

    def _write(self, values: dict[str, dict[str, str]]) -> None:
        """Write beside and rename, so that a power cut leaves the old or the new file."""
        try:
            self._put_in_place(values)
        except OSError as fault:
            raise _unusable(self._path, fault) from fault

    def _put_in_place(self, values: dict[str, dict[str, str]]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_name(self._path.name + ".new")
        beside.unlink(missing_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(values, stream)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(self._path)


def _unusable(path: Path, fault: OSError) -> SetupError:
    return SetupError(
        "QMS-806",
        f"Không đọc hoặc ghi được tệp khóa “{path}” ({fault.strerror}).",
        do="Hãy kiểm tra đường dẫn, ổ đĩa và quyền của tệp khóa rồi chạy lại.",
    )


class KeyringKeys:
    """Secrets in the operating system's key store, one service name per data folder."""

    def __init__(self, data: Path, backend: Any = None) -> None:
        self._service = "qms-desktop-" + _mark(data)
        self._backend = system_backend() if backend is None else backend

    def get(self, name: str) -> bytes | None:
        value = self._call("get_password", name)
        return None if value is None else bytes.fromhex(value)

    def set(self, name: str, value: bytes) -> None:
        self._call("set_password", name, value.hex())

    def delete(self, name: str) -> None:
        from keyring.errors import PasswordDeleteError

        try:
            self._call("delete_password", name)
        except PasswordDeleteError:
            return

    def _call(self, method: str, *arguments: str) -> Any:
        from keyring.errors import InitError, KeyringLocked, NoKeyringError

        try:
            return getattr(self._backend, method)(self._service, *arguments)
        except (InitError, KeyringLocked, NoKeyringError) as fault:
            raise _no_key_store() from fault


def _mark(data: Path) -> str:
    """Tells data folders apart without naming them."""
    return hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:16]


def system_backend() -> Any:
    """The key store of this platform, by name: no lesser one (a plain file, say) is ever picked up by accident.

    SetupError QMS-805 when the system offers none.
    """
    from importlib import import_module

    module, name = _BACKENDS.get(sys.platform, _LINUX)
    try:
        backend = getattr(import_module(module), name)
        if backend.priority <= 0:
            raise _no_key_store()
        return backend()
    except (ImportError, RuntimeError) as fault:
        raise _no_key_store() from fault


def _no_key_store() -> SetupError:
    return SetupError(
        "QMS-805",
        "Máy này không có kho khóa của hệ điều hành hoặc kho đang bị khóa.",
        do="Hãy mở kho khóa, hoặc nhờ người quản trị máy chạy chương trình với --key-file ĐƯỜNG_DẪN (ngoài thư mục dữ liệu).",
    )
