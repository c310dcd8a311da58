"""Several printed files as one, so that a pile goes to the printer at once."""

from __future__ import annotations

import io
from collections.abc import Sequence


def bound(sheets: Sequence[bytes]) -> bytes:
    """The pages of all files, one after the other."""
    from pypdfium2 import PdfDocument

    whole = PdfDocument.new()
    for sheet in sheets:
        whole.import_pages(PdfDocument(sheet))
    target = io.BytesIO()
    whole.save(target)
    return target.getvalue()
