"""What docs/architecture.md promises about the tree and ruff, mypy and import-linter's contracts cannot state."""

from __future__ import annotations

import ast
import logging
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from qms_desktop.domain.records import KINDS

ROOT = Path(__file__).parents[1]
CODE = ("qms_desktop", "sync")
LONGEST_FILE = 400
LONGEST_FUNCTION = 40

NOT_OURS = {".git", ".venv", "__pycache__", "build", "dist", "out"}
TEXT = {"", ".py", ".toml", ".lock", ".md", ".json", ".csv", ".svg", ".ini", ".cfg", ".txt", ".sh", ".yml", ".ts"}

# Where a library is at home; anywhere else it is a layer reaching through another.
HOMES = {
    "PySide6": ("qms_desktop/gui/",),
    "alembic": ("sync/server/",),
    "ifaddr": ("sync/lan/",),
    "keyring": ("qms_desktop/keys.py", "sync/client/"),
    "openpyxl": ("qms_desktop/interchange/",),
    "prometheus_client": ("sync/server/",),
    "pypdfium2": ("qms_desktop/gui/", "qms_desktop/printing/"),
    "reportlab": ("qms_desktop/printing/",),
    "requests": ("sync/client/",),
    "segno": ("qms_desktop/printing/",),
    "sqlalchemy": ("sync/server/",),
    "sqlcipher3": ("qms_desktop/sqlite.py", "qms_desktop/store/"),
    "sqlite_utils": ("qms_desktop/sqlite.py", "qms_desktop/store/"),
    "starlette": ("sync/server/", "sync/web/", "sync/lan/"),
    "urllib3": ("sync/client/",),
    "zeroconf": ("sync/lan/",),
    "uvicorn": ("sync/server/", "sync/lan/"),
}


def ours(folder: Path = ROOT) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name in NOT_OURS or path.name.endswith((".egg-info", "_cache")) or path.name == ".hypothesis":
            continue
        if path.is_dir():
            yield from ours(path)
        else:
            yield path


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def texts() -> dict[str, str]:
    return {name_of(path): path.read_text("utf-8") for path in ours() if path.suffix in TEXT}


@cache
def trees() -> dict[str, ast.Module]:
    return {name: ast.parse(text) for name, text in texts().items() if name.endswith(".py")}


def code(*prefixes: str) -> dict[str, ast.Module]:
    return {name: tree for name, tree in trees().items() if name.startswith(prefixes or tuple(f"{p}/" for p in CODE))}


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or "."


def calls(tree: ast.Module) -> Iterator[tuple[int, str, ast.Call]]:
    """Every call with its dotted name as written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func), node


def found(files: dict[str, ast.Module], wrong: Callable[[str, ast.Call], bool]) -> list[str]:
    return [f"{file}:{line} {name}" for file, tree in files.items() for line, name, call in calls(tree) if wrong(name, call)]


@pytest.fixture
def kept_loggers() -> Iterator[None]:
    """The import checker silences every logger there is; other tests read them."""
    before = [logger for logger in logging.Logger.manager.loggerDict.values() if isinstance(logger, logging.Logger)]
    silenced = {logger.name: logger.disabled for logger in before}
    yield
    for logger in before:
        logger.disabled = silenced[logger.name]


@pytest.mark.usefixtures("kept_loggers")
def test_imports_point_only_downwards(capsys: pytest.CaptureFixture[str]) -> None:
    broken = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert not broken, capsys.readouterr().out


def test_the_domain_needs_only_the_standard_library() -> None:
    allowed = {*sys.stdlib_module_names}
    foreign = [
        f"{file}:{line} {module}"
        for file, tree in code("qms_desktop/domain/").items()
        for line, module in imported(tree)
        if module.split(".")[0] not in allowed and not module.startswith("qms_desktop.domain")
    ]
    assert not foreign


def test_libraries_stay_in_their_layer() -> None:
    astray = [
        f"{file}:{line} {module}"
        for file, tree in code().items()
        for line, module in imported(tree)
        if not file.startswith(HOMES.get(module.split(".")[0], ("",)))
    ]
    assert not astray


def test_files_are_short_enough_to_read() -> None:
    lengths = {name: texts()[name].count("\n") for name in code("qms_desktop/", "sync/", "dev.py")}
    assert not {name: length for name, length in lengths.items() if length > LONGEST_FILE}


def test_functions_are_short_enough_to_read() -> None:
    long = [
        f"{file}:{node.lineno} {node.name}: {length(node)} lines"
        for file, tree in code("qms_desktop/", "sync/", "dev.py").items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and length(node) > LONGEST_FUNCTION
    ]
    assert not long


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the name to the end, without the docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def test_signals_are_connected_to_named_functions() -> None:
    def to_lambda(name: str, call: ast.Call) -> bool:
        return name.endswith(".connect") and any(isinstance(argument, ast.Lambda) for argument in call.args)

    assert not found(code(), to_lambda)


def test_the_window_never_pumps_events_or_kills_threads() -> None:
    assert not found(code(), lambda name, _: name.endswith((".processEvents", ".terminate")))


def test_the_clock_is_a_parameter_of_the_rules() -> None:
    clocks = ("datetime.now", "datetime.today", "datetime.utcnow", "date.today", "time.time")
    ruled = code("qms_desktop/domain/", "qms_desktop/usecases/", "qms_desktop/store/", "qms_desktop/printing/")
    assert not found(ruled, lambda name, _: name in clocks or name.endswith(tuple(f".{clock}" for clock in clocks)))


def test_tests_do_not_sleep() -> None:
    assert not found(code("tests/"), lambda name, _: name in ("time.sleep", "sleep"))


def test_every_top_level_folder_is_explained() -> None:
    page = texts()["docs/architecture.md"]
    folders = {name.split("/")[0] for name in map(name_of, ours()) if "/" in name}
    assert not {folder for folder in folders if f"{folder}/" not in page}


def test_every_kind_of_record_is_in_the_glossary() -> None:
    page = texts()["docs/glossary.md"]
    assert not [kind.name for kind in KINDS if f"| `{kind.name}` | {kind.label} |" not in page]


def test_all_text_is_composed_unicode() -> None:
    assert not [name for name, text in texts().items() if not unicodedata.is_normalized("NFC", text)]


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a package registry", r"pypi\.or[g]|pythonhosted\.or[g]|extra-index-ur[l]|find-links\s*[=:]"),
        ("a path of one machine", r"(?<![\w.])/(?:wor[k]|roo[t]|hom[e]/\w+|User[s]/\w+)/|file://[/]|C:\\User[s]"),
        ("a banner", r"(?m)^\s*#\s*[-=*#~]{4,}"),
    ],
)
def test_no_file_contains(what: str, pattern: str) -> None:
    lines = [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1} {match.group()!r}"
        for name, text in texts().items()
        for match in re.finditer(pattern, text)
    ]
    assert not lines, f"{what}: {lines}"


def test_modules_and_classes_are_named_for_what_they_are() -> None:
    vague = re.compile(r"(utils?|helpers?|managers?|misc|common)\Z", re.IGNORECASE)
    classes = [f"{file} {n.name}" for file, tree in code().items() for n in ast.walk(tree) if isinstance(n, ast.ClassDef)]
    modules = [file.removesuffix(".py") for file in code()]
    assert not [name for name in (*classes, *modules) if vague.search(name)]
