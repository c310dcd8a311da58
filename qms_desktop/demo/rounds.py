"""Waiting for a background round of exchange that begins after one has asked for it."""

from __future__ import annotations

from sync.client.agent import Agent, State, Status
from sync.errors import SyncError


class RoundWatch:
    """Watches for the first round that begins from now on, and its end."""

    def __init__(self, agent: Agent) -> None:
        self._under_way = agent.status().state is State.SENDING
        self._begun = False
        self._ended: Status | None = None
        self._unsubscribe = agent.subscribe(self._hear)

    def _hear(self, status: Status) -> None:
        """Called in the agent's thread. A round that was under way already may have missed what was written last."""
        sending = status.state is State.SENDING
        if self._under_way:
            self._under_way = sending
        elif sending:
            self._begun = True
        elif self._begun and self._ended is None:
            self._ended = status
            self._unsubscribe()

    def is_over(self) -> bool:
        """Whether the round has ended, well or not."""
        return self._ended is not None

    def outcome(self) -> Status:
        """The state after the round; raises the fault that ended it."""
        assert self._ended is not None
        if self._ended.state in (State.OFFLINE, State.FAILED):
            raise self._ended.fault or SyncError(0, "the round failed")
        return self._ended
