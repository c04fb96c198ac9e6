"""What the pages of label sets and rows show."""

from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infusions.models import RowPassport, RowReading
from infusions.passports import sets
from infusions.passports.rows import Place, places_of
from infusions.passports.uses import Uses, uses_of
from infusions.passports.words import (
    NAMES,
    STATES,
    TABLES,
    field_in_words,
    in_words,
    title_of,
    value_lines,
)
from protocol import label
from protocol.label import Label
from protocol.label_diff import Change
from protocol.label_facts import facts_of, kind_of
from protocol.label_rows import Row, Status
from teams.permissions import Permission, can

State = RowPassport.State
OWN_KINDS = ("bag", "duration", "storage")


@dataclass(frozen=True)
class Line:
    """One row in the table of its set."""

    place: Place
    title: str
    values: list[tuple[str, str]]
    hidden: bool
    state: str
    state_words: str
    level: str
    uses: int
    may_read: bool

    @property
    def row(self) -> Row:
        return self.place.row

    @property
    def passport(self) -> RowPassport | None:
        return self.place.passport or self.place.lapsed or self.place.last

    @property
    def is_own(self) -> bool:
        return self.place.site_row is not None


def set_page(user, rules: Label, *, wanted: str) -> dict:
    """The rows of a set under their tables, and how many there are in each state."""
    uses = uses_of(user.organisation_id, rules)
    places = places_of(user.organisation_id, rules.id)
    lines = [line_of(user, place, uses) for place in places]
    shown = [line for line in lines if is_wanted(line, wanted)]
    tables = [
        (TABLES[kind], [line for line in shown if kind_of(line.row) == kind]) for kind in TABLES
    ]
    history = sets.history_of_set(user, rules.id)
    in_force = [row for row in history if row.ended_at is None]
    return {
        "rules": rules,
        "tables": [(name, found) for name, found in tables if found],
        "filters": filters(lines, wanted),
        "wanted": wanted,
        "total": len(lines),
        "verified": sum(line.state == State.VERIFIED for line in lines),
        "adoptions": history,
        "signed_at": {row.site_id for row in in_force if not row.is_from_before},
        "changed": any(sets.is_changed(row) for row in in_force),
        "cycles": uses.cycles,
    }


def is_wanted(line: Line, wanted: str) -> bool:
    return wanted in ("", line.state) or (wanted == "own" and line.is_own)


def line_of(user, place: Place, uses: Uses) -> Line:
    words, level = STATES[place.state]
    hidden = hides(user, place)
    return Line(
        place=place,
        title=title_of(place.row),
        values=[] if hidden else value_lines(place.row),
        hidden=hidden,
        state=place.state,
        state_words=str(words),
        level=level,
        uses=uses.of(place.row),
        may_read=may_read(user, place),
    )


def hides(user, place: Place) -> bool:
    """Who may still be the second reader does not see what the first one has most likely typed; a
    site's own row shows nothing before it was read twice, but to whoever typed it."""
    passport = place.passport
    if passport is None or passport.state != State.READ_ONCE or passport.first_reader_id == user.pk:
        return False
    return place.site_row is not None or can(user, Permission.VERIFY_LABEL)


def may_read(user, place: Place) -> bool:
    if place.row.status in (Status.UNKNOWN, Status.TRAINING_COMPUTED):
        return False
    passport = place.passport
    if passport is not None and (
        passport.state != State.READ_ONCE or passport.first_reader_id == user.pk
    ):
        return False
    return can(user, Permission.VERIFY_LABEL)


def filters(lines: list[Line], wanted: str) -> list[dict]:
    """All, then every state there is, then the site's own."""
    found = [{"key": "", "words": _("All"), "count": len(lines)}]
    for key, (words, _level) in STATES.items():
        number = sum(line.state == key for line in lines)
        if number:
            found.append({"key": key, "words": words, "count": number})
    own = sum(line.is_own for line in lines)
    if own:
        found.append({"key": "own", "words": _("Site protocol"), "count": own})
    return [{**one, "current": one["key"] == wanted} for one in found]


def row_page(user, rules: Label, row_id: str) -> dict:
    """One row: what it says, who read it, and what happened to it before."""
    places = places_of(user.organisation_id, rules.id)
    place = next((one for one in places if one.row.row_id == row_id), None)
    if place is None:
        raise Http404
    line = line_of(user, place, uses_of(user.organisation_id, rules))
    passport = place.passport
    live = passport is not None and passport.state in RowPassport.LIVE
    differ = passport is not None and passport.state == State.DIFFER
    may = can(user, Permission.VERIFY_LABEL)
    readers = (passport.first_reader_id, passport.second_reader_id) if passport else ()
    return {
        "rules": rules,
        "line": line,
        "row": place.row,
        "table": TABLES[kind_of(place.row)],
        "documents": documents_of(rules, place.row),
        "sentences": [] if line.hidden else sentences_of(place.row),
        "readings": shown_readings(passport, place.row) if passport else [],
        "history": history_of(user, rules.id, row_id),
        "next_row": next_to_read(user, places, row_id) if may else None,
        "may_decide": differ and may and user.pk not in readers,
        "may_withdraw": live and may,
        "may_add": may and place.state == "unknown" and kind_of(place.row) in OWN_KINDS,
        "kind": kind_of(place.row),
    }


def sentences_of(row: Row) -> list[tuple[str, str]]:
    """Our words for the values, which belong to what was read."""
    names = ("supervision_text", "window_text", "same_cycle_text", "text")
    found = [(NAMES[name], getattr(row, name, "")) for name in names]
    return [(str(name), text) for name, text in found if text]


def documents_of(rules: Label, row: Row) -> list:
    """The documents of the set that the row names as its source."""
    named = {part.strip() for part in row.source.replace(";", ",").split(",")}
    return [one for one in rules.documents if one.source in named]


def shown_readings(passport: RowPassport, row: Row) -> list[dict]:
    """Who read it, where and when; what they typed only when both have."""
    open_now = passport.state != State.READ_ONCE
    rows = passport.readings.select_related("reader", "signature").order_by("n")
    return [
        {
            "reading": one,
            "name": READINGS[one.n],
            "values": reading_lines(one, row) if open_now and one.values else [],
        }
        for one in rows
    ]


READINGS = {
    1: gettext_lazy("First reader"),
    2: gettext_lazy("Second reader"),
    3: gettext_lazy("Third reader, who decided"),
}


def reading_lines(reading: RowReading, row: Row) -> list[tuple[str, str]]:
    return [
        (str(NAMES[fact.name]), in_words(fact, reading.values.get(fact.name, "")))
        for fact in facts_of(row)
    ]


def readings_page(passport: RowPassport, row: Row) -> dict:
    """Both readings side by side for the third reader."""
    first, second = list(passport.readings.select_related("reader").order_by("n"))[:2]
    table = [
        {
            "name": NAMES[fact.name],
            "first": in_words(fact, first.values.get(fact.name, "")),
            "second": in_words(fact, second.values.get(fact.name, "")),
            "differs": first.values.get(fact.name) != second.values.get(fact.name),
        }
        for fact in facts_of(row)
    ]
    found = {"passport": passport, "title": title_of(row), "row": row, "table": table}
    return {**found, "first": first, "second": second}


def history_of(user, label_id: str, row_id: str) -> list[dict]:
    """Every passport this row has had, newest first, without what was typed."""
    rows = RowPassport.objects.filter(
        organisation=user.organisation_id, label_id=label_id, row_id=row_id
    ).select_related("first_reader", "second_reader", "decided_by", "withdrawn_by")
    found = [entry for row in rows for entry in entries_of(row)]
    return sorted(found, key=lambda entry: entry["at"])[::-1]


def entries_of(row: RowPassport) -> list[dict]:
    content = _("content %(digest)s") % {"digest": row.row_digest[:8]}
    found = [entry("book-open", _("First reading"), content, row.first_reader, row.first_at)]
    if row.second_at:
        title = _("Second reading")
        found.append(entry("book-open", title, content, row.second_reader, row.second_at))
    if row.decided_at:
        found.append(entry("scale", _("Decided"), row.reason, row.decided_by, row.decided_at))
    if row.verified_at:
        by = row.decided_by or row.second_reader
        found.append(entry("circle-check", _("Verified"), content, by, row.verified_at, "done"))
    if row.withdrawn_at:
        by, at = row.withdrawn_by, row.withdrawn_at
        found.append(entry("circle-x", _("Withdrawn"), row.reason, by, at, "critical"))
    return found


def entry(icon: str, title: str, text: str, by, at, level: str = "") -> dict:
    return {"at": at, "icon": icon, "title": title, "text": text, "by": by, "level": level}


def next_to_read(user, places: list[Place], after: str):
    """The next row of the set that this person may read, going round."""
    ids = [place.row.row_id for place in places]
    at = ids.index(after)
    for place in places[at + 1 :] + places[:at]:
        if may_read(user, place):
            return place.row
    return None


def last_document(user, label_id: str) -> str:
    """What this person read last in this set: their own words, nobody else's."""
    rows = RowReading.objects.filter(reader=user, passport__label_id=label_id)
    return rows.order_by("-pk").values_list("document", flat=True).first() or ""


def change_lines(found: tuple[Change, ...]) -> list[dict]:
    return [
        {
            "change": one,
            "title": title_of(one.row),
            "table": TABLES[one.table],
            "fields": [
                (NAMES[name], field_in_words(name, was), field_in_words(name, now))
                for name, was, now in one.fields
            ],
            "values": [] if one.fields else value_lines(one.row),
        }
        for one in found
    ]


def site_lines(sites, user) -> list[dict]:
    """Each site with what it works with, and a word when nobody signed it or its file changed."""
    adopted = sets.in_force_at_all(user)
    return [
        {
            "site": site,
            "adoptions": [
                {
                    "row": row,
                    "rules": label.load(row.label_id),
                    "url": reverse("infusions:label_set", args=[row.label_id]),
                    "changed": sets.is_changed(row),
                }
                for row in adopted
                if row.site_id == site.pk and row.label_id in label.label_ids()
            ],
        }
        for site in sites
    ]
