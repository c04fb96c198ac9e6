"""Reading label rows in tests: what a pharmacist types, and rows already read by two."""

from decimal import Decimal

from infusions import values
from infusions.actions.passports import add_site_row, adopt_label, read_row
from infusions.passports.rows import row_of
from protocol.label_facts import values_of
from teams.models import User
from tests.people import PASSWORD, join, make_person

US = "us-pi-current"
ROW = "duration.24h"
SOURCE = {"document": "US PI, June 2026", "page": "12", "section": "2.4"}


def row(cast, row_id=ROW, label_id=US):
    return row_of(cast.organisation.pk, label_id, row_id).row


def right(cast, row_id=ROW, label_id=US, **changes):
    """What the document says, when it says what the row says."""
    return {**values_of(row(cast, row_id, label_id)), **changes}


def read(cast, clock, by, *, row_id=ROW, label_id=US, typed=None, **changes):
    facts = {
        "label_id": label_id,
        "row_id": row_id,
        "typed": typed if typed is not None else right(cast, row_id, label_id),
        "by": by,
        "password": PASSWORD,
        "statement": "I read it.",
        "at": clock.now,
        **SOURCE,
    }
    return read_row(**{**facts, **changes})


def read_twice(cast, clock, *row_ids, label_id=US):
    for row_id in row_ids:
        for person in (cast.farid, cast.petra):
            passport = read(cast, clock, person, row_id=row_id, label_id=label_id)
    return passport


def third(cast):
    """A third pharmacist of the same hospital."""
    found = User.objects.filter(username="paul").first()
    facts = {"role": "pharmacist", "first": "Paul"}
    return found or join(make_person("paul", cast.organisation, **facts), cast.team)


def own_bag(cast, clock, by=None, **changes):
    """A 72 h bag of the site's own protocol."""
    typed = {
        "hours": 72,
        "basis": "fixed",
        "dose_mcg": Decimal(28),
        "reconstituted_ml": Decimal("7.15"),
        "vials": 3,
        "stabiliser_ml": Decimal("5.5"),
        "saline_ml": Decimal("126"),
    }
    return add_site_row(
        label_id=US,
        kind="bag",
        typed={**typed, **changes},
        by=by or cast.farid,
        password=PASSWORD,
        statement="Ours.",
        at=clock.now,
        **SOURCE,
    )


def adopt(cast, clock, label_id, *, by=None):
    facts = {"by": by or cast.farid, "password": PASSWORD, "statement": "yes", "at": clock.now}
    return adopt_label(site=cast.team.site, label_id=label_id, **facts)


def used(cast, label_id=US):
    """The set as this hospital may use it."""
    return values.label_for(cast.organisation.pk, label_id)


def status_of(cast, row_id=ROW, label_id=US) -> str:
    return next(str(r.status) for r in used(cast, label_id).rows if r.row_id == row_id)
