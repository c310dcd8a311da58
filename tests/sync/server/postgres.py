"""A PostgreSQL cluster of the tests' own, from the machine's binaries, in a temporary folder, reached by a socket file only."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

BINARIES = Path("/usr/lib/postgresql")
SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "dynamic_shared_memory_type": "mmap",
}
"""No shared memory device is needed."""

HASTE = {"fsync": "off", "full_page_writes": "off"}
"""Nothing outlives the tests, so nothing waits for the disk."""

KEEPER = """
"$0" -D "$1" -w -l "$2" -o "$3" start >/dev/null && echo ready
cat >/dev/null
"$0" -D "$1" -w -m immediate stop >/dev/null
"""
"""Holds the server until its standard input closes: at the end of the tests, or when they are killed."""


class Cluster:
    """Started by the first test that needs it, and ended after the last one."""

    def __init__(self, binaries: Path, durable: bool = False) -> None:
        self._binaries = binaries
        self._settings = SETTINGS if durable else SETTINGS | HASTE
        self._account = _account()
        self._folder = Path(tempfile.mkdtemp(prefix="qms-pg-"))
        self._numbers = count(1)
        self._keeper: subprocess.Popen[bytes] | None = None
        if self._account:
            shutil.chown(self._folder, self._account)

    def start(self) -> None:
        self._run("initdb", "-D", self._data, "-U", "qms", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = " ".join(f"-c {name}={value}" for name, value in self._settings.items())
        control = [str(self._binaries / "pg_ctl"), self._data, str(self._folder / "log"), f"{options} -k {self._folder}"]
        self._keeper = subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, *control],
            user=self._account,
            group=_group(self._account),
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert self._keeper.stdout is not None
        assert self._keeper.stdout.readline() == b"ready\n"

    def stop(self) -> None:
        """Ends the server of this data folder, by the process number it left there."""
        if self._keeper is not None:
            self._keeper.communicate()
        shutil.rmtree(self._folder, ignore_errors=True)

    def fresh(self) -> str:
        """The address of an empty place of its own: a schema, because making a database copies a thousand files."""
        name = f"qms{next(self._numbers)}"
        with psycopg.connect(host=str(self._folder), user="qms", dbname="postgres", autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
        return f"postgresql://qms@/postgres?host={self._folder}&options=-csearch_path%3D{name}"

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def _run(self, program: str, *arguments: str) -> None:
        """Runs as an ordinary account, because PostgreSQL refuses to run as root."""
        command = [str(self._binaries / program), *arguments]
        subprocess.run(command, user=self._account, group=_group(self._account), cwd="/", check=True, stdout=subprocess.DEVNULL)


def binaries() -> Path:
    """The newest PostgreSQL here. Where it could have been installed, its absence is a failure and not an excuse."""
    found = sorted(BINARIES.glob("*/bin/initdb"), key=lambda path: int(path.parent.parent.name))
    if found:
        return found[-1].parent
    reason = "PostgreSQL is not installed here (apt-get install postgresql)"
    if os.environ.get("CI") or _is_root():
        pytest.fail(reason)
    pytest.skip(reason)


def _account() -> str | None:
    """The account to run as; None: our own."""
    if not _is_root():
        return None
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _group(account: str | None) -> int | None:
    if account is None:
        return None
    import pwd

    return pwd.getpwnam(account).pw_gid


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
