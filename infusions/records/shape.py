"""The shape of a printable record: sections of facts, tables and lines, all of them text."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from infusions import values
from infusions.models import Bag
from protocol.label import Status


@dataclass(frozen=True)
class Section:
    """`facts`: (name, value); `head` and `rows`: a table; `lines`: one sentence each."""

    title: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    head: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Record:
    title: str
    under: str
    marks: list[str]
    sections: list[Section]


def not_recorded() -> str:
    """What nobody wrote down is said, never guessed."""
    return _("not recorded")


def told(value) -> str:
    return str(value) if value not in (None, "") else not_recorded()


def yes_no(value: bool) -> str:
    return _("yes") if value else _("no")


def marks_of(bag: Bag) -> list[str]:
    """What has to stand on every sheet about this bag."""
    marks = []
    if values.label_of_bag(bag).is_training or values.is_training(bag.cycle):
        marks.append(_("TRAINING: never for a real patient"))
    if bag.recipe_status == Status.SITE:
        marks.append(_("SITE PROTOCOL: not from the manufacturer's label"))
    if bag.single_checked:
        late = _("SINGLE-CHECKED, checked afterwards") if bag.checked_by_id else ""
        marks.append(late or _("SINGLE-CHECKED"))
    return marks
