"""Who the server is: its id, its own journal's name, and its keys, in files of the data folder."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sync.journal.keys import Certificate, issue, issue_recovery_key, signing_public, wrapping_public
from sync.journal.recovery import ENTROPY_BYTES, new_recovery_code, recovery_keypair
from sync.server.errors import ServerError

Entropy = Callable[[int], bytes]
"""Gives that many random bytes."""

Clock = Callable[[], int]
"""Milliseconds since 1970 UTC."""

SETTINGS = "server.json"
KEYS = "server-keys.json"
DATABASE = "server.db"


@dataclass(frozen=True)
class Identity:
    """The server as a replica, and as the holder of the province's key."""

    server: str
    replica: str
    database: str
    province_private: bytes = field(repr=False)
    sign_private: bytes = field(repr=False)
    wrap_private: bytes = field(repr=False)
    folder: Path = Path()
    recovery_key: bytes = b""
    """Public key of the province's recovery code, to which packets are sealed as well; empty before there was one."""

    @property
    def province_key(self) -> bytes:
        """The public key by which every PC of the province knows its server."""
        return signing_public(self.province_private)

    @property
    def signed_recovery_key(self) -> bytes:
        """The recovery key as PCs believe it; empty if there is none."""
        return issue_recovery_key(self.recovery_key, self.province_private) if self.recovery_key else b""

    def certificate(self, issued: str) -> bytes:
        """The province's word that this replica is its server: it belongs to no unit and has no letter."""
        keys = (signing_public(self.sign_private), wrapping_public(self.wrap_private))
        return issue(Certificate(self.replica, "", "", *keys, name="qms-server", issued=issued), self.province_private)


def create(folder: Path, entropy: Entropy, database: str = "") -> Identity:
    """Make a new server in an empty data folder. `database` is an SQLAlchemy URL; empty means SQLite in the folder."""
    if (folder / SETTINGS).exists() or (folder / KEYS).exists():
        raise ServerError(ServerError.ALREADY_THERE, f"thư mục {folder} đã có một máy chủ; không ghi đè")
    folder.mkdir(parents=True, exist_ok=True)
    keys = {name: entropy(32).hex() for name in ("province", "sign", "wrap")}
    settings = {"server": entropy(8).hex(), "replica": entropy(16).hex(), "database": database}
    _write(folder / KEYS, keys)
    _write(folder / SETTINGS, settings)
    return load(folder)


def renew(folder: Path, entropy: Entropy) -> Identity:
    """Give the server a new journal of its own, because what it wrote in the old one is lost; id and keys stay."""
    load(folder)
    _change(folder, {"replica": entropy(16).hex()})
    return load(folder)


def go_on(folder: Path, replica: str, database: str | None) -> None:
    """Go on in another journal of the server's own, and on another database unless `database` is None; id and keys stay."""
    _change(folder, {"replica": replica} | ({} if database is None else {"database": database}))


def new_recovery(folder: Path, entropy: Entropy) -> str:
    """A new recovery code of the province, to be printed once: only its public key is kept. An earlier one is replaced."""
    load(folder)
    code = new_recovery_code(entropy(ENTROPY_BYTES))
    _change(folder, {"recovery": recovery_keypair(code)[1].hex()})
    return code


def load(folder: Path) -> Identity:
    """The server of a data folder; ServerError if there is none or a file is damaged."""
    try:
        settings, keys = _read(folder / SETTINGS), _read(folder / KEYS)
        return Identity(
            server=settings["server"],
            replica=settings["replica"],
            database=settings["database"] or f"sqlite:///{(folder / DATABASE).as_posix()}",
            province_private=bytes.fromhex(keys["province"]),
            sign_private=bytes.fromhex(keys["sign"]),
            wrap_private=bytes.fromhex(keys["wrap"]),
            folder=folder,
            recovery_key=bytes.fromhex(settings.get("recovery", "")),
        )
    except FileNotFoundError as fault:
        raise ServerError(ServerError.DATA_FOLDER, f"{folder} chưa có máy chủ; hãy chạy “qms-server init” trước") from fault
    except (KeyError, ValueError, OSError) as fault:
        raise ServerError(ServerError.DATA_FOLDER, f"tệp của máy chủ trong {folder} bị hỏng hoặc không đọc được") from fault


def _change(folder: Path, settings: dict[str, str]) -> None:
    """Written beside and renamed, so that a power cut leaves the old or the new file."""
    content = _read(folder / SETTINGS) | settings
    fresh = folder / f"{SETTINGS}.new"
    fresh.unlink(missing_ok=True)
    _write(fresh, content)
    fresh.replace(folder / SETTINGS)


def _write(path: Path, content: dict[str, str]) -> None:
    """Written readable by the server's own account only, before anything is in it."""
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path) -> dict[str, str]:
    content = json.loads(path.read_text("utf-8"))
    if not isinstance(content, dict) or not all(isinstance(value, str) for value in content.values()):
        raise ValueError(path.name)
    return content
