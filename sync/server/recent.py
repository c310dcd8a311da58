"""What was looked up lately and never changes, kept within a bound."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

Key = TypeVar("Key")
Fact = TypeVar("Fact")


class Recent(Generic[Key, Fact]):
    """At most `most` facts; those that were not asked for longest go first. Any thread may ask."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._facts: OrderedDict[Key, Fact] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Fact | None:
        """The fact, if it is still here."""
        with self._lock:
            if key in self._facts:
                self._facts.move_to_end(key)
            return self._facts.get(key)

    def put(self, key: Key, fact: Fact) -> None:
        """Keep a fact; the caller answers for its never becoming another one."""
        with self._lock:
            self._facts[key] = fact
            self._facts.move_to_end(key)
            if len(self._facts) > self._most:
                self._facts.popitem(last=False)
