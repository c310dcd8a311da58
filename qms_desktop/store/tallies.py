"""Dossiers counted without reading their rows: one index holds all that a count asks for, and SQLite does the sums.

What the columns of a dossier tell holds as long as its clock ran through: received, perhaps finished, due. Where a pause, an
extension or a reopening makes the past differ from the present, `apart` names the rows, and who counts judges them one by one.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qms_desktop.store.columns import counted_index, index_of, quoted, table_of

_DOSSIER = table_of("dossier")
_EVENT = table_of("clock_event")
_BY_DOSSIER = f"{_DOSSIER} AS k INDEXED BY {quoted(counted_index('dossier'))}"
_BY_EVENT = f"{_EVENT} AS e INDEXED BY {quoted(counted_index('clock_event'))}"
_OF_DOSSIER = f"{_EVENT} AS e INDEXED BY {quoted(index_of(_EVENT, 'dossier'))}"
_MINUTE_OVER = ":59.999999"
_UNIT = f"SELECT json_extract(CAST(n.norm AS TEXT), '$.unit') FROM {_DOSSIER} AS n WHERE n._num = number"
_GROUPED = f"""
SELECT {{number}}, code, channel, person, visit, ended IS NOT NULL, side, min(received), min(ended), count(*) FROM (
  SELECT number, code, channel, person, visit, received, ended,
    CASE WHEN due = '' THEN NULL
         WHEN substr(moment, 1, 10) <> substr(due, 1, 10) THEN iif(moment > due, 1, -1)
         WHEN length(due) = 10 THEN 0
         WHEN convention = 'B' AND ({_UNIT}) IS NOT 'working_hour' THEN 0
         ELSE (substr(moment, 1, 16) > due) - (substr(moment, 1, 16) < due) END AS side
  FROM (
    SELECT *, coalesce(ended, :closing) AS moment FROM (
      SELECT k._num AS number, k.procedure_code AS code, k.channel AS channel, {{person}} AS person, k.received_at AS received,
        coalesce(k.due, '') AS due, k.convention AS convention,
        iif(k.state IN ({{visits}}), k.state, '') AS visit,
        CASE WHEN k.state IN ({{solved}}) AND max(coalesce(k.finished_at, ''), k.received_at) <= :until
             THEN max(coalesce(k.finished_at, ''), k.received_at) END AS ended
      FROM {_BY_DOSSIER}
      WHERE k._voided = 0 AND k.received_at <= :until AND k.state NOT IN ({{beside}})
        AND k._num NOT IN (SELECT value FROM json_each(:apart))
    )
  ) WHERE ended IS NULL OR ended >= :first
) GROUP BY {{groups}}
"""
"""The texts of moments compare as moments do, up to the end of the closing minute. Days decide, except for a limit in hours;
where an office counts days from the hour of receipt, the same day needs a look at the limit itself."""


@dataclass(frozen=True, slots=True)
class Group:
    """Dossiers that are alike: `visit` the state of a visit, `ended` when solved by the closing moment.

    `side` is -1, 0 or 1 against the due date at that end or at closing, None without one; the moments are the earliest;
    `number` is that of a single one, else 0.
    """

    number: int
    procedure: str
    channel: str
    person: str
    visit: str
    ended: bool
    side: int | None
    received_at: datetime
    ended_at: datetime | None
    count: int


@dataclass(frozen=True, slots=True)
class Left:
    """A dossier that was withdrawn, stopped or returned, and when, as far as its clock says; by default when it came."""

    number: int
    state: str
    procedure: str
    channel: str
    person: str
    received_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Counting:
    """What is counted: states that mean a result, those of visits, and those that neither list counts here."""

    solved: Sequence[str]
    visits: Sequence[str]
    beside: Sequence[str]


class Tallies:
    """Counts on one connection. A plus sign keeps SQLite from looking dossiers up by anything but their id."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def groups(
        self, kinds: Counting, first: datetime, closing: datetime, person: str, apart: Iterable[int], *, single: bool = False
    ) -> list[Group]:
        """All dossiers and visits received until `closing` but those `apart` and those that were solved before `first`.

        `person` is the field a person is taken from, "" for none; `single`: one group for each dossier.
        """
        statement = _GROUPED.format(
            number="number" if single else "0",
            person=_person(person),
            solved=_texts(kinds.solved),
            visits=_texts(kinds.visits),
            beside=_texts(kinds.beside),
            groups="number" if single else "code, channel, person, visit, received >= :first, ended IS NOT NULL, side",
        )
        asked = {
            "first": _minute(first),
            "closing": _minute(closing),
            "until": _minute(closing) + _MINUTE_OVER,
            "apart": json.dumps(list(apart)),
        }
        return [_group(row) for row in self._connection.execute(statement, asked)]

    def apart(self, closing: datetime) -> frozenset[int]:
        """Dossiers that were reopened at any time, or whose clock paused, went on or was extended after `closing`."""
        statement = f"""
            SELECT k._num FROM {_BY_EVENT} CROSS JOIN {_DOSSIER} AS k ON k.id = e.dossier
            WHERE e._voided = 0 AND (e.kind = 'reopen' OR e.kind IN ('pause', 'resume', 'extend') AND e.at > ?)
              AND +k._voided = 0 AND +k.received_at <= ?"""
        until = _minute(closing) + _MINUTE_OVER
        return frozenset(number for (number,) in self._connection.execute(statement, (until, until)))

    def paused(self, closing: datetime) -> frozenset[int]:
        """Dossiers whose last word before `closing`, as far as pauses go, was a pause; those that then ended are among them."""
        statement = f"""
            SELECT k._num FROM (
                SELECT e.dossier FROM {_BY_EVENT}
                WHERE e._voided = 0 AND e.kind IN ('pause', 'resume') AND e.at <= ? GROUP BY e.dossier
                HAVING max(iif(e.kind = 'pause', e.at, '')) >= max(iif(e.kind = 'resume', e.at, ''))
            ) AS p CROSS JOIN {_DOSSIER} AS k ON k.id = p.dossier WHERE +k._voided = 0"""
        until = _minute(closing) + _MINUTE_OVER
        return frozenset(number for (number,) in self._connection.execute(statement, (until,)))

    def left(self, states: Sequence[str], person: str) -> list[Left]:
        """Every dossier in one of these states; `person` as for groups."""
        statement = f"""
            SELECT k._num, k.state, k.procedure_code, k.channel, {_person(person)}, k.received_at, (
                SELECT min(e.at) FROM {_OF_DOSSIER} WHERE e.dossier = k.id AND e.kind = 'stop' AND e._voided = 0)
            FROM {_DOSSIER} AS k WHERE k._voided = 0 AND k.state IN ({_texts(states)})"""
        return [_left(row) for row in self._connection.execute(statement)]


def _person(name: str) -> str:
    return f"coalesce(k.{quoted(name)}, '')" if name else "''"


def _left(row: Any) -> Left:
    number, state, code, channel, person, received, stopped = row
    at = datetime.fromisoformat(received)
    ended = max(at, datetime.fromisoformat(stopped)) if stopped else at
    return Left(number, state, code or "", channel or "", person, at, ended)


def _texts(values: Sequence[str]) -> str:
    """Names of states, which are this program's own words."""
    return ", ".join(f"'{value}'" for value in values)


def _minute(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _group(row: Any) -> Group:
    number, code, channel, person, visit, ended, side, received, ended_at, count = row
    moments = datetime.fromisoformat(received), datetime.fromisoformat(ended_at) if ended_at else None
    return Group(number, code or "", channel or "", person, visit, bool(ended), side, *moments, count)
