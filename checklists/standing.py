"""How a list of a subject stands: done, or what of it is open and whose that is."""

from dataclasses import dataclass
from datetime import datetime

from checklists import gate
from checklists.models import Checklist, Template
from checklists.queries import lines_of, lists_of
from teams.models import Role


@dataclass(frozen=True)
class OpenItem:
    """`state`: open, wrong or expired, as on the page of the list. `owner` may be unsaid."""

    text: str
    owner: str
    state: str


@dataclass(frozen=True)
class Standing:
    """The newest signed list, else the newest opened; None when nobody opened one."""

    title: str
    checklist: Checklist | None
    items: tuple[OpenItem, ...]
    total: int

    @property
    def is_done(self) -> bool:
        return (
            self.checklist is not None and self.checklist.signed_at is not None and not self.items
        )

    @property
    def answered(self) -> int:
        return self.total - len(self.items)


def standing_of(
    *, kind: str, subject: str, at: datetime, since: datetime | None = None, stays: bool = False
) -> Standing | None:
    """`since`: lists opened before do not count. `stays`: a signed list is judged at its signing,
    so that answers which last an hour do not open it again. None: no such list is published."""
    template = Template.objects.filter(kind=kind).order_by("-version").first()
    if template is None:
        return None
    checklist = _newest(kind, subject, since)
    if checklist is None:
        items = tuple(_item(item, "open") for item in template.items)
        return Standing(template.title, None, items, len(items))
    judged_at = checklist.signed_at if stays and checklist.signed_at else at
    lines = lines_of(checklist, judged_at)
    items = tuple(_item(line.item, line.state) for line in lines if line.state != "right")
    return Standing(checklist.template.title, checklist, items, len(lines))


def _newest(kind: str, subject: str, since: datetime | None) -> Checklist | None:
    rows = lists_of(subject, kind)
    if since is not None:
        rows = rows.filter(opened_at__gte=since)
    signed = gate.newest_signed(kind=kind, subject=subject)
    return next((row for row in rows if signed and row.pk == signed.pk), None) or rows.first()


def _item(item: dict, state: str) -> OpenItem:
    owner = item.get("owner", "")
    return OpenItem(item["text"], str(Role(owner).label) if owner in Role.values else "", state)
