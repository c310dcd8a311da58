"""Guard against PySide6 builds that lose a reference to None, True or False on every Qt call.

6.12.0 does so on Python <= 3.11 and ends the process after about 7,000 calls; an ordinary GUI suite makes fewer.
From Python 3.12 on these objects are immortal, and the counts stay constant whatever Qt does.
"""

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject

CALLS = 20_000
# The rest of the interpreter takes and drops a few meanwhile; one lost per call would be twenty thousand.
TOLERANCE = 200

Call = Callable[[QObject], object]
CALLS_BY_RESULT: list[tuple[Call, object]] = [
    (lambda subject: subject.setObjectName("x"), None),
    (lambda subject: subject.isQuickItemType(), False),
    (lambda subject: subject.inherits("QObject"), True),
]


@pytest.mark.parametrize(("call", "constant"), CALLS_BY_RESULT, ids=["None", "False", "True"])
def test_twenty_thousand_calls_keep_the_reference_count(call: Call, constant: object) -> None:
    subject = QObject()
    assert call(subject) is constant
    before = sys.getrefcount(constant)
    for _ in range(CALLS):
        call(subject)
    assert abs(sys.getrefcount(constant) - before) < TOLERANCE
