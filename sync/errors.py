"""Numbered refusals of the synchronisation core; whoever shows them to a person turns the number into words.

SyncError
├── EntryError      1xx  a journal entry is malformed, or does not follow its parent
├── KeyFault        2xx  a key, signature, certificate or recovery code does not fit
├── WireError       3xx  bytes on the wire are cut, oversized or not in the format
└── ExchangeError   4xx  the other side said something that cannot be accepted
"""


class SyncError(Exception):
    """A refusal with a stable number; nothing was stored when it is raised."""

    def __init__(self, code: int, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class EntryError(SyncError):
    """A journal entry breaks the permanent format (see docs/sync.md)."""

    NOT_CANONICAL = 101
    BAD_VALUE = 102
    BAD_HEADER = 103
    BAD_CHANGE = 104
    TOO_LARGE = 105
    UNKNOWN_FORMAT = 106
    BAD_CIPHERTEXT = 107
    BAD_CHAIN = 108
    NO_SEALER = 109


class KeyFault(SyncError):
    """A key is missing or wrong, or a signature does not verify."""

    KEY_MISSING = 201
    NOT_OPENED = 202
    BAD_SIGNATURE = 203
    BAD_CERTIFICATE = 204
    BAD_RECOVERY_CODE = 205
    UNKNOWN_SIGNER = 206
    BAD_KEY = 207


class WireError(SyncError):
    """Bytes that are no page of this protocol; nothing of them was used."""

    MALFORMED = 301
    TOO_LARGE = 302
    VERSION = 303


class ExchangeError(SyncError):
    """A frame or page that was understood and refused."""

    SCOPE_REFUSED = 401
    UNSIGNED = 402
    PARENT_MISSING = 403
    UNKNOWN_SCOPE = 404
