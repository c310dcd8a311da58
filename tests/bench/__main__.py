"""Runs the measurements by name, each in a process of its own: `python3 dev.py bench [name …]`; without names all of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PREFIX = "bench_"


def known() -> list[str]:
    """The names of all measurements."""
    return sorted(file.stem.removeprefix(PREFIX) for file in Path(__file__).parent.glob(f"{PREFIX}*.py"))


def main(names: Sequence[str]) -> int:
    """Run what was asked for; 0 when everything could be measured."""
    there = known()
    unknown = [name for name in names if name not in there]
    if unknown:
        print(f"no measurement called {', '.join(unknown)}; there are: {', '.join(there)}", file=sys.stderr)
        return 2
    failed = [name for name in names or there if not measured(name)]
    if failed:
        print(f"could not be measured: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def measured(name: str) -> bool:
    """Run one, under its heading."""
    print(f"\n{name}\n", flush=True)
    return subprocess.run([sys.executable, "-m", f"tests.bench.{PREFIX}{name}"], check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
