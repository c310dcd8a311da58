"""Packets of a PC: to the province or to a neighbour of the unit, and from them (sync/stick/packing.py)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sync.client.credentials import Credentials
from sync.errors import PacketFault
from sync.journal.keys import Certificate, read_certificate, read_recovery_key
from sync.journal.log import Log
from sync.stick.packet import Entropy, Maker, Packet, open_packet, seal_packet
from sync.stick.packing import Packed, Unpacked, pack, unpack


@dataclass(frozen=True)
class Post:
    """Everything a PC's packets need. `clock` gives milliseconds since 1970 UTC; `before` signs the ends of its journals."""

    log: Log
    credentials: Credentials
    sign_private: bytes = field(repr=False)
    wrap_private: bytes = field(repr=False)
    clock: Callable[[], int]
    entropy: Entropy
    before: Callable[[], None] = lambda: None

    @property
    def province(self) -> str:
        """The name under which the province's statements are kept, whatever server made them."""
        return self.credentials.server_replica

    def make(self, neighbour: str = "") -> tuple[str, bytes, Packed]:
        """Id, bytes and content of a packet for the province, or for the PC of the unit with that replica id.

        PacketFault NO_ADDRESS when the receiver's key is not known here yet.
        """
        self.before()
        credentials = self.credentials
        receiver = self._receiver(neighbour)
        recovery = () if neighbour or not credentials.recovery_key else (self._recovery_key(),)
        packed = pack(self.log, [neighbour or self.province], credentials.scopes)
        maker = Maker(credentials.certificate, self.sign_private)
        name, data = seal_packet(packed.page, maker, [receiver], recovery, self.clock(), self.entropy)
        return name, data, packed

    def open(self, data: bytes) -> Packet:
        """The packet, if it was made for this PC by its province or by a PC of its unit; PacketFault otherwise."""
        packet = open_packet(data, [self.wrap_private], self.credentials.province_key)
        if packet.maker.unit not in ("", self.credentials.unit):
            raise PacketFault(PacketFault.FOREIGN, "made by a PC of another unit")
        return packet

    def take(self, packet: Packet) -> Unpacked:
        """Take in what an opened packet brings."""
        credentials = self.credentials
        log, verifier = credentials.guarded(self.log), credentials.verifier(self.log)
        return unpack(log, verifier, packet.page, self.peer(packet), credentials.replica, credentials.scopes)

    def peer(self, packet: Packet) -> str:
        """Under which name the maker's statements are kept."""
        return packet.maker.replica if packet.maker.unit else self.province

    def _receiver(self, neighbour: str) -> Certificate:
        credentials = self.credentials
        stored = self.log.certificate(neighbour or self.province)
        blob = stored or (b"" if neighbour else credentials.server_certificate)
        if not blob:
            raise PacketFault(PacketFault.NO_ADDRESS, "the receiver's certificate is not here")
        certificate = read_certificate(blob, credentials.province_key)
        if certificate.unit != (credentials.unit if neighbour else ""):
            raise PacketFault(PacketFault.NO_ADDRESS, "not a PC of this unit")
        return certificate

    def _recovery_key(self) -> bytes:
        return read_recovery_key(self.credentials.recovery_key, self.credentials.province_key)
