"""Numbered refusals of the synchronisation core; whoever shows them to a person turns the number into words.

SyncError
├── EntryError      1xx  a journal entry is malformed, or does not follow its parent
├── KeyFault        2xx  a key, signature, certificate or recovery code does not fit
├── WireError       3xx  bytes on the wire are cut, oversized or not in the format
├── ExchangeError   4xx  the other side said something that cannot be accepted
├── TransportFault  5xx  the road to the other side failed; a later attempt may succeed
├── AccessFault     6xx  the server does not let this PC in, or not yet
├── PacketFault     7xx  a packet file cannot be opened here, or cannot be made
└── BlobFault       8xx  an attachment's bytes are not here, wrong, or too many
"""


class SyncError(Exception):
    """A refusal with a stable number; nothing was stored when it is raised."""

    def __init__(self, code: int, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class EntryError(SyncError):
    """A journal entry breaks the permanent format (see docs/sync-details.md)."""

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
    UNANSWERED = 405
    STUCK = 406
    FORKED = 407


class TransportFault(SyncError):
    """The road failed. `retry_after` is the number of seconds the server asked to wait, or None."""

    OFFLINE = 501
    STALLED = 502
    NOT_OUR_SERVER = 503
    BUSY = 504
    SERVER_FAULT = 505
    REFUSED = 506
    UNTRUSTED = 507
    CUT = 508
    BAD_ADDRESS = 509
    EXPIRED = 510
    BAD_PIN = 511
    FULL = 512
    PORTAL = 513
    NO_NAME = 514
    NOBODY_THERE = 515
    NO_ANSWER = 516
    WRONG_PIN = 517
    NO_PROXY = 518
    PROXY_PASSWORD = 519
    PROXY_KIND = 520
    BLOCKED = 521
    GATEWAY = 522
    PAGE_TOO_LARGE = 523
    OTHER_NAME = 524

    NO_LINE = frozenset({OFFLINE, PORTAL, NO_NAME, NOBODY_THERE, NO_ANSWER, NO_PROXY})
    """The server was not met at all: nothing was said, nothing was refused, and nothing else would get through either."""

    def __init__(self, code: int, detail: str, retry_after: int | None = None) -> None:
        super().__init__(code, detail)
        self.retry_after = retry_after


class AccessFault(SyncError):
    """Who calls is not, not yet or no longer let in; nothing was stored."""

    NO_SIGN_ON = 601
    UNKNOWN_DEVICE = 602
    BAD_SIGN_ON = 603
    CLOCK = 604
    REPLAYED = 605
    REVOKED = 606
    BODY_CHANGED = 607
    BAD_CODE = 611
    CODE_USED = 612
    CODE_EXPIRED = 613
    WRONG_PROVINCE = 614
    TOO_MANY = 615
    BAD_REQUEST = 616
    REPLICA_TAKEN = 617
    NOT_REVOKED = 618
    FOLLOWED = 619


class PacketFault(SyncError):
    """A packet file that cannot be used; nothing of it was stored."""

    NOT_A_PACKET = 701
    VERSION = 702
    TOO_LARGE = 703
    DAMAGED = 704
    NOT_FOR_US = 705
    FOREIGN = 706
    NO_ADDRESS = 707


class BlobFault(SyncError):
    """The bytes of an attachment cannot be taken or given; entries are not concerned."""

    MISSING = 801
    TOO_LARGE = 802
    WRONG = 803
    NO_ROOM = 804
    BAD_REQUEST = 805
