"""The exchange with PCs that have no line: packet files in, packet files out (sync/stick/packing.py)."""

from __future__ import annotations

from dataclasses import dataclass

from sync.errors import AccessFault, PacketFault
from sync.journal.keys import read_certificate
from sync.journal.recovery import recovery_keypair
from sync.server.accounts import Device
from sync.server.errors import ServerError
from sync.server.meeting import guarded
from sync.server.province import Province
from sync.server.revoking import release
from sync.stick.last_word import Release, parts
from sync.stick.packet import Maker, Packet, open_packet, seal_packet
from sync.stick.packing import Packed, Unpacked, pack, unpack


@dataclass(frozen=True, slots=True)
class Posted:
    """A packet made by the server."""

    id: str
    data: bytes
    packed: Packed
    receivers: tuple[Device, ...]


@dataclass(frozen=True, slots=True)
class Received:
    """A packet read by the server, and the PC that made it."""

    packet: Packet
    device: Device
    unpacked: Unpacked


def export(province: Province, wanted: str) -> Posted:
    """A packet for one PC (its replica id) or for every PC of a unit (its code); ServerError if there is none."""
    devices = province.accounts.devices()
    receivers = tuple(device for device in devices if wanted in (device.replica, device.unit) and device.revoked_at is None)
    if not receivers:
        raise ServerError(ServerError.UNKNOWN_PC, f"không có máy hay đơn vị “{wanted}” đã ghi danh")
    identity = province.identity
    certificates = [read_certificate(_certificate(province, device.replica), identity.province_key) for device in receivers]
    packed = pack(province.log, [device.replica for device in receivers], receivers[0].scopes)
    maker = Maker(_certificate(province, identity.replica), identity.sign_private)
    recovery = [identity.recovery_key] if identity.recovery_key else []
    name, data = seal_packet(packed.page, maker, certificates, recovery, province.clock(), province.entropy)
    return Posted(name, data, packed, receivers)


def take(province: Province, data: bytes, recovery_code: str = "") -> Received:
    """Read a packet of a PC; with the recovery code also one that was sealed to a server which is lost.

    PacketFault: see sync.stick.packet.open_packet; AccessFault: a stranger. A PC that only its certificate knows, because the
    server's database was lost, is let in again. What a revoked PC brings beyond its cut goes into custody, and it gets no
    packet. KeyFault: the recovery code is not one.
    """
    identity = province.identity
    privates = [identity.wrap_private, *([recovery_keypair(recovery_code)[0]] if recovery_code else [])]
    packet = open_packet(data, privates, identity.province_key)
    device = _maker(province, packet)
    log, verifier = guarded(province.log, identity.province_key, device)
    unpacked = unpack(log, verifier, packet.page, device.replica, identity.replica, device.scopes)
    for unit in device.units:
        province.custody.stir(unit)
        province.custody.settle(unit)
    return Received(packet, province.accounts.device(device.replica) or device, unpacked)


def released(province: Province, received: Received) -> Release:
    """The province's word that the revoked maker of a packet may erase what it stated there; ExchangeError when something of it
    is not here."""
    device = received.device
    stated = [part.leaves or () for part in received.packet.page.parts if part.scope in device.scopes]
    leaves = sorted({leaf.id for leaves in stated for leaf in leaves})
    return Release(tuple(leaves), tuple(release(province, device, part) for part in parts(leaves)))


def _maker(province: Province, packet: Packet) -> Device:
    if not packet.maker.unit:
        raise PacketFault(PacketFault.FOREIGN, "made by a server, not by a PC")
    try:
        province.accounts.readmit(packet.certificate)
    except AccessFault as fault:
        if fault.code != AccessFault.REVOKED:
            raise
    device = province.accounts.device(packet.maker.replica)
    if device is None:
        raise AccessFault(AccessFault.UNKNOWN_DEVICE, "this PC is not enrolled here")
    return device


def _certificate(province: Province, replica: str) -> bytes:
    blob = province.log.certificate(replica)
    if blob is None:
        raise ServerError(ServerError.DAMAGED, f"thiếu chứng thư của {replica}")
    return blob
