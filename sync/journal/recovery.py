"""The recovery code: 160 random bits as a person copies them from the sheet in the office safe.

Eight groups of five signs, such as `7K2PQ`: four carry 20 bits, the fifth checks them and their place. One wrong sign is
always found, and so is a swap of two groups, so a person is told which group to look at again.
"""

from sync.errors import KeyFault
from sync.journal.keys import recovery_private, wrapping_public

ENTROPY_BYTES = 20
GROUPS = 8

_DATA_SIGNS = 4
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKES = str.maketrans("OIL", "011", " -\u2013\t\r\n.")
_WEIGHTS = (1, 3, 5, 7)


class RecoveryCodeFault(KeyFault):
    """A code that was copied wrongly; `group` counts from 1, or is 0 when the number of signs is wrong."""

    def __init__(self, group: int, detail: str) -> None:
        super().__init__(KeyFault.BAD_RECOVERY_CODE, detail)
        self.group = group


def new_recovery_code(entropy: bytes) -> str:
    """The code for 20 fresh random bytes, groups joined by hyphens."""
    if len(entropy) != ENTROPY_BYTES:
        raise KeyFault(KeyFault.BAD_KEY, f"a recovery code needs {ENTROPY_BYTES} random bytes")
    number = int.from_bytes(entropy)
    digits = [number >> 5 * place & 31 for place in reversed(range(GROUPS * _DATA_SIGNS))]
    groups = [digits[at : at + _DATA_SIGNS] for at in range(0, len(digits), _DATA_SIGNS)]
    return "-".join("".join(_ALPHABET[digit] for digit in [*group, _check(index, group)]) for index, group in enumerate(groups))


def recovery_entropy(code: str) -> bytes:
    """The 20 bytes behind a typed code; case, spaces and O/0, I/L/1 do not matter. RecoveryCodeFault names the group."""
    signs = code.upper().translate(_LOOK_ALIKES)
    size = _DATA_SIGNS + 1
    if len(signs) != GROUPS * size:
        raise RecoveryCodeFault(0, f"{len(signs)} signs instead of {GROUPS * size}")
    number = 0
    for index in range(GROUPS):
        for digit in _read_group(index, signs[index * size : (index + 1) * size]):
            number = number << 5 | digit
    return number.to_bytes(ENTROPY_BYTES)


def recovery_keypair(code: str) -> tuple[bytes, bytes]:
    """Private and public X25519 key of the office's recovery; unit keys are wrapped for the public one."""
    private = recovery_private(recovery_entropy(code))
    return private, wrapping_public(private)


def _read_group(index: int, group: str) -> list[int]:
    digits = [_ALPHABET.find(sign) for sign in group]
    if -1 in digits or digits.pop() != _check(index, digits):
        raise RecoveryCodeFault(index + 1, f"group {index + 1} does not fit")
    return digits


def _check(index: int, digits: list[int]) -> int:
    weighted = sum(weight * digit for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return (weighted + 11 * index) % 32
