"""A PC that bears a new id, after a restore or beside a copy of its disk, proves to its province which PC it was.

The proof is a signature by the key of the id it had: at hand where only the id changed; made while the backup is put back on a
PC whose key store still holds that key. On another PC nothing can be proved, and a person asks for a code.
"""

from typing import TYPE_CHECKING

from qms_desktop.store import meta
from qms_desktop.store.local import CREDENTIALS, PROOF
from qms_desktop.store.unit import UnitStore

if TYPE_CHECKING:
    from sync.client.enrol import Former
    from sync.journal.keys import Certificate

UNNAMED = "Máy khôi phục"


def former(store: UnitStore, sign_private: bytes) -> "Former | None":
    """Which PC this one was and its proof; None when it bears the id it enrolled with, or nothing can be proved."""
    from sync.client.credentials import Credentials
    from sync.client.enrol import Former
    from sync.joining.following import is_following, sign_following
    from sync.journal.keys import signing_public

    text = store.local.get_setting(CREDENTIALS)
    credentials = Credentials.restore(text) if text else None
    if credentials is None or credentials.replica == store.replica:
        return None
    known = _certificate(credentials.certificate, credentials.province_key).sign_key
    if signing_public(sign_private) == known:
        return Former(credentials, sign_following(sign_private, credentials.replica, store.replica))
    named, _, proof = (store.local.get_setting(PROOF) or "").partition(" ")
    fits = named == store.replica and is_following(known, credentials.replica, store.replica, bytes.fromhex(proof))
    return Former(credentials, bytes.fromhex(proof)) if fits else None


def take_new_id(store: UnitStore) -> None:
    """Go on under a new replica id: the province knows another PC that goes on for this one."""
    with store.writing() as ledger:
        meta.write(ledger.connection, meta.CLONED, "1")
        store.writer(ledger)


def name_of(was: "Former") -> str:
    """What the PC was called."""
    return _certificate(was.credentials.certificate, was.credentials.province_key).name or UNNAMED


def _certificate(blob: bytes, province_key: bytes) -> "Certificate":
    from sync.journal.keys import read_certificate

    return read_certificate(blob, province_key)
