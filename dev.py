"""The project's one entry point for a person at a terminal; needs nothing but Python 3.11 itself.

    python3 dev.py run [options of `qms-desktop demo`]   install what is missing, then do the main job
    python3 dev.py test [--long] [pytest arguments]      install what is missing, then run every check
    python3 dev.py bench [name ...]                      measure, each figure beside its bar
    python3 dev.py lint                                  style, types and import directions only
    python3 dev.py lock [--upgrade]                      rewrite requirements.lock from pyproject.toml
    python3 dev.py install [--force]                     only install what is missing

With pytest arguments, `test` runs pytest alone on them; without, it also checks style and types and insists that the
window's tests ran. Works on a bare Debian 12 (no venv, no Qt libraries; as root it installs those) and on Windows.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "installed-by-dev.txt"
CHECKED = ["qms_desktop", "sync", "tests", "dev.py"]

# Debian packages by what they are needed for. Everything else comes from requirements.lock.
APT_PACKAGES = {
    "pip": ["python3-pip"],
    "qt": ["libglib2.0-0", "libgl1", "libegl1", "libxkbcommon0", "libfontconfig1", "libdbus-1-3"],
    "fonts": ["fonts-liberation2"],
    "postgres": ["postgresql"],
    "screen": [
        "libxcb-cursor0",
        "libxcb-icccm4",
        "libxcb-image0",
        "libxcb-keysyms1",
        "libxcb-render-util0",
        "libxcb-shape0",
        "libxcb-xkb1",
        "libxkbcommon-x11-0",
    ],
}

# Debian makes and starts a database server when the package is installed; the tests start their own and end it.
NO_SERVICE = Path("/etc/postgresql-common/createcluster.conf")

QT_PROBE = "from PySide6.QtWidgets import QApplication; QApplication(['probe'])"
# A serif font with every Vietnamese letter, under one of the names the forms are printed with.
FONT_PROBE = """
import sys
from pathlib import Path
from reportlab.pdfbase.ttfonts import TTFontFile
names = {"liberationserif-regular.ttf", "times.ttf", "times_new_roman.ttf"}
roots = ["/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts"]
files = [f for r in roots for f in Path(r).expanduser().rglob("*.[tT][tT][fF]") if f.name.lower() in names]
sys.exit(not any(all(ord(c) in TTFontFile(str(f)).charToGlyph for c in "ĐđƠơƯưẶặỆệỘộỰự") for f in files))
"""


class SetupError(Exception):
    """Something is missing that this script cannot install; the text says what to do, in Vietnamese and English."""


def main(arguments: list[str]) -> int:
    """Run one verb; the exit code is 0 only when all of it succeeded."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    verb = VERBS.get(arguments[0]) if arguments else None
    if verb is None:
        print(__doc__)
        return 0 if arguments in (["-h"], ["--help"], ["help"]) else 2
    try:
        return verb(arguments[1:])
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130


def run(options: list[str]) -> int:
    """The main job on a demo office: in the window where there is a display, else offscreen."""
    if not has_display() and "--headless" not in options:
        options = ["--headless", *options]
    install(on_screen="--headless" not in options)
    command = [str(PYTHON), "-m", "qms_desktop", "demo", *options]
    if WINDOWS:
        return call(command)
    sys.stdout.flush()
    os.execve(command[0], command, environment())


def test(arguments: list[str]) -> int:
    """Every check of the project, or pytest alone when it is given arguments."""
    install()
    provide_postgres()
    long = "--long" in arguments
    chosen = [argument for argument in arguments if argument != "--long"]
    pytest = ["-m", "pytest", "-m", "long or not long" if long else "not long"]
    if chosen:
        return check({"pytest": [*pytest, *chosen]})
    workers = str(min(2, os.cpu_count() or 1))
    return check({**STATIC_CHECKS, "pytest": [*pytest, "-q", "--whole-suite", "-n", workers]})


def lint(_: list[str]) -> int:
    """Style, types and import directions."""
    install()
    return check(
        {
            **STATIC_CHECKS,
            "import directions": ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        }
    )


def bench(names: list[str]) -> int:
    """Measurements, printed beside their bars."""
    install()
    provide_postgres()
    return call([str(PYTHON), "-m", "tests.bench", *names], {"QT_QPA_PLATFORM": "offscreen"})


def lock(options: list[str]) -> int:
    """Resolve pyproject.toml again for every platform; versions stay unless `--upgrade` is given."""
    install()
    resolve = ["-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--group", "dev"]
    written = ["--generate-hashes", "--no-header", "--no-emit-index-url", "--no-emit-find-links", "-o", LOCK.name]
    return call([str(PYTHON), *resolve, *written, "pyproject.toml", *options], quiet=True)


def install_only(options: list[str]) -> int:
    """Install what is missing; `--force` checks again even if the last installation was complete."""
    if "--force" in options:
        STAMP.unlink(missing_ok=True)
    install()
    print(f"{VENV.name}: đã sẵn sàng / ready")
    return 0


VERBS: dict[str, Callable[[list[str]], int]] = {
    "run": run,
    "test": test,
    "bench": bench,
    "lint": lint,
    "lock": lock,
    "install": install_only,
}

STATIC_CHECKS = {
    "ruff": ["-m", "ruff", "check", "."],
    "format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy", "--strict", *CHECKED],
}


def check(steps: Mapping[str, list[str]]) -> int:
    """Run every step even after a failure, so that one run tells all; then say the outcome in one line."""
    started = time.monotonic()
    failed = []
    for name, arguments in steps.items():
        print(f"== {name}", flush=True)
        if call([str(PYTHON), *arguments], {"QT_QPA_PLATFORM": "offscreen"}):
            failed.append(name)
    seconds = time.monotonic() - started
    outcome = f"FAILED: {', '.join(failed)}" if failed else f"PASSED: {', '.join(steps)}"
    print(f"\n{outcome} ({seconds:.0f} s)", flush=True)
    return 1 if failed else 0


def install(*, on_screen: bool = False) -> None:
    """Bring .venv and the system libraries to what this checkout needs; instant when nothing changed."""
    needs = ["qt", "fonts", *(["screen"] if on_screen else [])]
    done = STAMP.read_text("utf-8").split() if STAMP.exists() else []
    if PYTHON.exists() and done and done[0] == fingerprint() and set(needs) <= set(done):
        return
    if sys.version_info < (3, 11):  # noqa: UP036 - this is where an older interpreter is told so
        raise SetupError("Cần Python 3.11 trở lên.\nPython 3.11 or later is needed.")
    print("Đang cài những gì còn thiếu… / Installing what is missing…", flush=True)
    make_venv()
    install_packages()
    if not WINDOWS:
        provide(needs)
    STAMP.write_text("\n".join([fingerprint(), *sorted({*needs, *done[1:]})]), "utf-8")


def fingerprint() -> str:
    """Changes when the locked packages, the project's metadata, the interpreter or the folder changes."""
    digest = hashlib.sha256(str(ROOT).encode())
    for file in (LOCK, ROOT / "pyproject.toml", VENV / "pyvenv.cfg"):
        digest.update(file.read_bytes() if file.exists() else b"")
    return digest.hexdigest()


def make_venv() -> None:
    """Create .venv without pip, which a bare Debian cannot put there; a usable one is kept, however it was made."""
    import venv

    probe = "import sys; sys.exit(sys.version_info < (3, 11))"
    if PYTHON.exists() and succeeds([str(PYTHON), "-c", probe]):
        return
    venv.create(VENV, with_pip=False, clear=VENV.exists(), symlinks=not WINDOWS)


def install_packages() -> None:
    """Put the locked packages and the project itself (editable, built from what is locked) into .venv."""
    pip = find_pip()
    locked = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(LOCK)]
    project = ["--no-build-isolation", "--no-deps", "--editable", str(ROOT)]
    for arguments in (locked, project):
        if call([*pip, "install", "-qq", "--disable-pip-version-check", *arguments]):
            raise SetupError(
                "Không cài được các gói Python (xem dòng báo lỗi ở trên). Hãy kiểm tra mạng rồi chạy lại lệnh.\n"
                "The Python packages could not be installed (see above). Check the network and run the command again."
            )


def find_pip() -> list[str]:
    """A pip that installs into .venv: its own, the system's, or one that the system can provide."""
    own = [str(PYTHON), "-m", "pip"]
    outer = [sys.executable, "-m", "pip", "--python", str(VENV)]
    for command in (own, outer):
        if succeeds([*command, "--version"]):
            return command
    if succeeds([str(PYTHON), "-m", "ensurepip"]):
        return own
    apt_install(["pip"])
    return outer


def provide(needs: Iterable[str]) -> None:
    """See that every need outside Python is met, installing Debian packages for those that are not."""
    missing = [need for need in needs if not is_met(need)]
    if not missing:
        return
    apt_install(missing)
    unmet = ", ".join(need for need in missing if not is_met(need))
    if unmet:
        raise SetupError(
            f"Đã cài đủ gói hệ thống nhưng vẫn chưa dùng được: {unmet}.\n"
            f"The system packages are installed, but this still does not work: {unmet}."
        )


def provide_postgres() -> None:
    """Install PostgreSQL for the server's tests where this script may; elsewhere the tests themselves say that it is missing."""
    may_install = not WINDOWS and shutil.which("apt-get") is not None and os.geteuid() == 0
    if is_met("postgres") or not may_install:
        return
    if not NO_SERVICE.exists():
        NO_SERVICE.parent.mkdir(parents=True, exist_ok=True)
        NO_SERVICE.write_text("create_main_cluster = false\n", "utf-8")
    try:
        apt_install(["postgres"])
    except SetupError as error:
        print(error, flush=True)


def is_met(need: str) -> bool:
    """Try the need for real in a separate process, because Qt ends the process when it cannot start."""
    if need == "postgres":
        return any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    probe = FONT_PROBE if need == "fonts" else QT_PROBE
    platform = {} if need == "screen" else {"QT_QPA_PLATFORM": "offscreen"}
    return succeeds([str(PYTHON), "-c", probe], platform)


def apt_install(needs: Iterable[str]) -> None:
    """Install the Debian packages of some needs, or say which command an administrator has to give."""
    packages = [package for need in needs for package in APT_PACKAGES[need]]
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise SetupError(
            "Máy còn thiếu một số gói. Người quản trị máy chạy lệnh sau (Debian), rồi chạy lại:\n"
            "This machine lacks some packages. Have an administrator run this (on Debian), then try again:\n\n"
            f"    sudo {' '.join(command)}\n"
        )
    print(f"apt-get install {' '.join(packages)}", flush=True)
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "UCF_FORCE_CONFFOLD": "1"}
    # Stale lists still often serve, so only the installation itself decides.
    succeeds(["apt-get", "update"], quiet)
    if not succeeds(command, quiet, show=True):
        raise SetupError(
            "apt-get không cài được (xem ở trên). Hãy kiểm tra mạng và nguồn gói của máy.\n"
            "apt-get failed (see above). Check the network and the machine's package sources."
        )


def has_display() -> bool:
    """Whether a window can be shown; on Windows and macOS always."""
    return sys.platform != "linux" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment for a child that reads and writes UTF-8 everywhere."""
    return {**os.environ, "PYTHONUTF8": "1", **(extra or {})}


def call(command: Iterable[str], extra: Mapping[str, str] | None = None, *, quiet: bool = False) -> int:
    """Run a command in the project folder and give its exit code."""
    output = subprocess.DEVNULL if quiet else None
    return subprocess.run(list(command), cwd=ROOT, env=environment(extra), stdout=output, check=False).returncode


def succeeds(command: Iterable[str], extra: Mapping[str, str] | None = None, *, show: bool = False) -> bool:
    """Whether a command succeeds; what it says is shown only when asked for and it fails."""
    done = subprocess.run(
        list(command), cwd=ROOT, env=environment(extra), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode and show:
        print(done.stdout.decode("utf-8", "replace"), flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
