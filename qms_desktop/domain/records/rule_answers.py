"""That two records which a rule sets against each other may both stand (domain/merged_rules.py).

The record's id is the question's, so two PCs that answer alike write the same record. Other answers change the records concerned
and need none of this: where the rule is kept there is no question.
"""

from qms_desktop.domain.fields import Area, Field, Kind, RecordKind

RULE_ANSWER = RecordKind(
    name="rule_answer",
    label="Cho giữ cả hai bản ghi",
    areas=(Area.QMS, Area.DOSSIERS),
    title=("topic",),
    listed=False,
    inherited=False,
    fields=(
        Field("topic", "Quy tắc", Kind.CODE, personal=False, required=True, entered=False),
        Field("key", "Giá trị trùng", Kind.CODE, required=True, entered=False),
    ),
)
