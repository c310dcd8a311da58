"""What the server counts, as Prometheus reads it: numbers only, never an id of a PC, a unit or a person."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 60.0)


class Metrics:
    """The counters of one server since it started."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._answers = Counter("qms_answers", "Requests answered, by number of the refusal", ["code"], registry=registry)
        self._entries = Counter("qms_exchange_entries", "Entries moved by exchanges", ["direction"], registry=registry)
        self._bytes = Counter("qms_exchange_bytes", "Bytes of request and answer bodies", ["direction"], registry=registry)
        self._seconds = Histogram("qms_exchange_seconds", "Length of exchanges", buckets=SECONDS, registry=registry)
        self._under_way = Gauge("qms_exchanges_under_way", "Exchanges now", registry=registry)
        self._held = Gauge("qms_held", "What the server holds", ["what"], registry=registry)

    def answered(self, code: int) -> None:
        """A request was answered: done (0), or refused with a number of sync/errors.py."""
        self._answers.labels(str(code)).inc()

    def exchanged(self, seconds: float, up: int, down: int, received: int, sent: int) -> None:
        """An exchange came to its end; up and down are bytes."""
        self._seconds.observe(seconds)
        self._bytes.labels("up").inc(up)
        self._bytes.labels("down").inc(down)
        self._entries.labels("received").inc(received)
        self._entries.labels("sent").inc(sent)

    def text(self, under_way: int, held: dict[str, int]) -> bytes:
        """Everything, with what is true only now."""
        self._under_way.set(under_way)
        for what, count in held.items():
            self._held.labels(what).set(count)
        return generate_latest(self._registry)
