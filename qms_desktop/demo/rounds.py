"""Waiting for a background round of exchange that begins after one has asked for it."""

from __future__ import annotations

from sync.client.agent import Agent, State, Status
from sync.errors import SyncError


class AskedRound:
    """Asks the agent for a round; it is over when one that began after the asking has ended, well or not."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent
        self._before = agent.status().begun
        agent.wake()

    def is_over(self) -> bool:
        """Whether the round has ended."""
        status = self._agent.status()
        return status.begun > self._before and status.state is not State.SENDING

    def outcome(self) -> Status:
        """The state after the round; raises the fault that ended it."""
        status = self._agent.status()
        if status.state in (State.OFFLINE, State.FAILED):
            raise status.fault or SyncError(0, "the round failed")
        return status
