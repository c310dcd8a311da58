"""What a PC keeps from its enrolment. Nothing here is secret; its private keys lie in the key store of the system."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from sync.errors import AccessFault, KeyFault
from sync.exchange.guarded import GuardedLog
from sync.joining.membership import UnitVerifier
from sync.journal.keys import read_certificate
from sync.journal.log import Log

_BYTES = ("certificate", "province_key", "server_certificate", "recovery_key")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who this PC is for its province, and which server is the true one."""

    url: str
    server: str
    server_replica: str
    replica: str
    unit: str
    letter: str
    certificate: bytes
    province_key: bytes
    server_certificate: bytes = b""
    recovery_key: bytes = b""
    former: tuple[str, ...] = ()
    """Units that were merged into this PC's own, as far as it has heard; not kept with the rest."""

    @property
    def scopes(self) -> tuple[str, ...]:
        """What the PC shares with its server."""
        units = (self.unit, *self.former)
        return ("province", *(f"unit/{unit}/{area}" for unit in units for area in ("qms", "dossiers")))

    def verifier(self, log: Log) -> UnitVerifier:
        """Believes the PCs of this PC's own unit and of those that went into it, and the province's servers."""
        return UnitVerifier(self.province_key, self.unit, log.certificate, self.former)

    def names_server(self, certificate: bytes | None) -> bool:
        """Whether the province signed this certificate for a server of its own."""
        try:
            return certificate is not None and read_certificate(certificate, self.province_key).unit == ""
        except KeyFault:
            return False

    def guarded(self, log: Log) -> GuardedLog:
        """The log as another PC may fill it: what the province says is taken from its servers' journals only."""
        units = {unit: UnitVerifier(self.province_key, unit, log.certificate) for unit in (self.unit, *self.former)}
        return GuardedLog(log, UnitVerifier(self.province_key, "", log.certificate), units if self.former else None)

    def public(self) -> str:
        """As JSON text, to be kept in the PC's own tables."""
        values = asdict(self)
        del values["former"]
        return json.dumps(values | {name: values[name].hex() for name in _BYTES}, sort_keys=True)

    @staticmethod
    def restore(text: str) -> Credentials:
        """What `public` wrote; AccessFault when it is damaged."""
        try:
            values = json.loads(text)
            return Credentials(**(values | {name: bytes.fromhex(values[name]) for name in _BYTES if name in values}))
        except (ValueError, TypeError, KeyError) as fault:
            raise AccessFault(AccessFault.BAD_REQUEST, "the kept enrolment is damaged") from fault
