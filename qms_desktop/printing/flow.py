"""How pieces are spread over the pages of a sheet; nothing is drawn here."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from qms_desktop.printing.blocks import Block
from qms_desktop.printing.editions import Edition
from qms_desktop.printing.marks import MM

_SHRINKS = (0.0, 0.5, 1.0, 1.5, 2.0)


@dataclass(frozen=True)
class Placed:
    """A piece and the height of its upper edge above the foot of the page, points."""

    block: Block
    top: float


def pages_of(edition: Edition, blocks: tuple[Block, ...]) -> list[list[Placed]]:
    """The pieces page by page, parted where they may be; a piece taller than a page runs over its end."""
    width, floor = edition.text_width * MM, edition.margins.bottom * MM
    high = edition.page_size[1]
    pages: list[list[Placed]] = [[]]
    top, fresh = (high - edition.body_top) * MM, False
    queue = deque(blocks)
    while queue:
        block = queue.popleft()
        start = top if fresh else top - block.gap
        below = start - block.height(width)
        if below >= floor:
            pages[-1].append(Placed(block, start))
            top, fresh = below, False
            continue
        here, rest = _parted(block, width, start - floor, fresh)
        if here is not None:
            pages[-1].append(Placed(here, start))
        if rest is not None:
            queue.appendleft(rest)
        if queue:
            pages.append([])
            top, fresh = (high - edition.margins.top) * MM, True
    return pages


def _parted(block: Block, width: float, room: float, fresh: bool) -> tuple[Block | None, Block | None]:
    """What stays on this page and what goes on; a piece that cannot be parted stays only on a page of its own."""
    pieces = block.split(width, room) if room > 0 else None
    if pieces is not None:
        return pieces
    return (block, None) if fresh else (None, block)


def on_fewest_pages(edition: Edition, body: Callable[[float], tuple[Block, ...]]) -> tuple[Block, ...]:
    """The body in the largest type that needs the fewest pages, at most 2 pt smaller than the edition's.

    `body` takes by how many points the type is smaller.
    """
    best = body(0.0)
    fewest = len(pages_of(edition, best))
    for less in _SHRINKS[1:]:
        if fewest == 1:
            break
        smaller = body(less)
        needed = len(pages_of(edition, smaller))
        if needed < fewest:
            best, fewest = smaller, needed
    return best
