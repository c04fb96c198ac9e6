"""The label sets of the demo: the training set is worked with; the real one is read in part, as an
example of its page. Nobody read a real document: the readings say that they are practice."""

from datetime import datetime, timedelta

from dashboards.seed.people import PASSWORD
from infusions.actions.passports import adopt_label, read_row
from protocol.label import load
from protocol.label_facts import values_of

TRAINING, REAL = "training-us-current", "us-pi-current"
SOURCE = {"document": "Practice only: no document was read", "page": "practice"}
READ_TWICE = ("duration.24h", "duration.48h", "reconstitution", "dose.rr.1.low", "dose.rr.1.full")
READ_ONCE = ("duration.168h", "storage.vial")
DIFFERS = "bag.28.24h"
BEFORE = timedelta(days=60)  # of the demo's present: before every story


def adopt(site, people: dict, at: datetime) -> None:
    for label_id in (TRAINING, REAL):
        adopt_label(
            site=site,
            label_id=label_id,
            by=people["farid"],
            password=PASSWORD,
            statement="I adopt this label set for our site, for practice.",
            at=at,
        )


def read_some(people: dict, at: datetime) -> None:
    """Verified, waiting and differing rows, as a pharmacy half way through has them."""
    rows = {row.row_id: row for row in load(REAL).rows}
    for row_id in (*READ_TWICE, *READ_ONCE, DIFFERS):
        typed = values_of(rows[row_id])
        read(row_id, typed, people["farid"], at + timedelta(hours=1))
        if row_id in READ_TWICE:
            read(row_id, typed, people["petra"], at + timedelta(hours=30))
    otherwise = {**values_of(rows[DIFFERS]), "saline_ml": "250"}
    read(DIFFERS, otherwise, people["petra"], at + timedelta(hours=31))


def read(row_id: str, typed: dict, by, at: datetime) -> None:
    read_row(
        label_id=REAL,
        row_id=row_id,
        typed=typed,
        by=by,
        password=PASSWORD,
        statement="Practice reading in the demo.",
        at=at,
        **SOURCE,
    )
