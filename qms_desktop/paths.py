"""Where the program keeps its files on a PC."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

APPLICATION = "qms-desktop"


@dataclass(frozen=True, slots=True)
class Paths:
    """The places inside one data folder; nothing outside it is ever written, except where a person saves a copy."""

    data: Path

    @property
    def database(self) -> Path:
        """The office's encrypted database."""
        return self.data / "office.db"

    @property
    def backups(self) -> Path:
        """Daily copies; they are of use only together with the recovery code."""
        return self.data / "backups"

    @property
    def files(self) -> Path:
        """Attached files, sealed."""
        return self.data / "files"

    @property
    def logs(self) -> Path:
        """Diagnostic files, which hold identifiers but never names."""
        return self.data / "logs"

    @property
    def crashes(self) -> Path:
        """What faulthandler wrote when the program last died."""
        return self.logs / "crash.txt"

    @property
    def exports(self) -> Path:
        """Printed forms kept as files."""
        return self.data / "exports"

    def prepare(self) -> None:
        """Make the folders, readable by their owner only where the system knows such a thing."""
        for folder in (self.data, self.backups, self.logs, self.exports):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def default_data() -> Path:
    """The data folder of this office PC: shared by its users on Windows (%PROGRAMDATA%), the user's own elsewhere."""
    if sys.platform == "win32":
        return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / APPLICATION
    from platformdirs import user_data_path

    return user_data_path(APPLICATION)
