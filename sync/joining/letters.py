"""Numbers as a person copies them: from paper to a keyboard, or read out over the telephone."""

from __future__ import annotations

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 characters without 0/O and 1/I/L. 31 is prime, so a weighted sum finds every single and every swapped character."""

GROUP = 4


def spelled(number: int, count: int) -> str:
    """The lowest `count` digits of a number, lowest first."""
    letters = []
    for _ in range(count):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)


def check_letter(plain: str) -> str:
    """The character that catches one wrong or two swapped characters before it."""
    return ALPHABET[sum(weight * ALPHABET.index(letter) for weight, letter in enumerate(plain, start=1)) % len(ALPHABET)]


def grouped(plain: str) -> str:
    """As it is printed: groups of four."""
    return "-".join(plain[start : start + GROUP] for start in range(0, len(plain), GROUP))


def typed(text: str) -> str:
    """What a person typed, whatever the case, spaces and dashes."""
    return "".join(text.upper().split()).replace("-", "").replace("–", "")


def fits(plain: str, length: int) -> bool:
    """Whether it has this length, only known characters, and the check character that belongs to it."""
    known = len(plain) == length and all(letter in ALPHABET for letter in plain)
    return known and check_letter(plain[:-1]) == plain[-1]
