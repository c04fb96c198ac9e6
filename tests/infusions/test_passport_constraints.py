"""What the database itself refuses about readings, adoptions and moves."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from infusions.models import LabelAdoption
from tests.infusions.passports import ROW, adopt, own_bag, read, read_twice, right, third
from tests.infusions.test_constraints import copy, refused, update

pytestmark = [pytest.mark.engine, pytest.mark.django_db]


def test_the_second_reader_is_not_the_first(cast, clock):
    passport = read(cast, clock, cast.farid)
    with refused("second_reader_is_another"):
        update(passport, second_reader_id=cast.farid.pk, second_at=clock.now)


def test_a_row_is_not_verified_by_its_state_alone(cast, clock):
    passport = read(cast, clock, cast.farid)
    with refused("verified_row_was_read_twice"):
        update(passport, state="verified", verified_at=clock.now)


@pytest.mark.parametrize("person", ["farid", "petra"])
def test_the_third_reader_is_neither_of_the_two(cast, clock, person):
    read(cast, clock, cast.farid)
    passport = read(cast, clock, cast.petra, typed=right(cast, rate_ml_per_h="11"))
    with refused("third_reader_is_another"):
        update(passport, decided_by_id=getattr(cast, person).pk, decided_at=clock.now)


def test_nobody_decides_before_two_have_read(cast, clock):
    passport = read(cast, clock, cast.farid)
    with refused("third_reader_is_another"):
        update(passport, decided_by_id=third(cast).pk, decided_at=clock.now)


def test_a_row_has_one_live_passport(cast, clock):
    passport = read(cast, clock, cast.farid)
    with refused("one_live_passport_per_row|UNIQUE"):
        copy(passport, uuid="00000000-0000-4000-8000-000000000001")


def test_readers_and_content_of_a_passport_do_not_change(cast, clock):
    passport = read_twice(cast, clock, ROW)
    for column, value in (
        ("row_digest", "0" * 64),
        ("first_reader_id", cast.olga.pk),
        ("second_reader_id", cast.olga.pk),
        ("verified_at", clock.now + timedelta(days=1)),
    ):
        with pytest.raises(DatabaseError, match="may not change"):
            update(passport, **{column: value})


@pytest.mark.parametrize("table", ["rowreading", "siterow", "rowpassport", "labeladoption"])
def test_nothing_of_a_passport_is_removed(cast, clock, table):
    own_bag(cast, clock)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(f"DELETE FROM infusions_{table}")  # noqa: S608


def test_a_reading_does_not_change(cast, clock):
    reading = read(cast, clock, cast.farid).readings.get()
    with pytest.raises(DatabaseError, match="append-only"):
        update(reading, page="13")


def test_a_site_has_one_set_in_force_for_patients(cast, clock):
    row = LabelAdoption.objects.get(site=cast.team.site, is_training=False)
    with refused("one_label_set_in_force|UNIQUE"):
        copy(row, uuid="00000000-0000-4000-8000-000000000002", label_id="eu-smpc")


def test_an_adoption_is_signed_or_from_before(cast, clock):
    row = LabelAdoption.objects.get(site=cast.team.site, is_training=False)
    with refused("adoption_is_signed"):
        copy(
            row,
            uuid="00000000-0000-4000-8000-000000000003",
            label_id="eu-smpc",
            is_from_before=False,
            ended_at=clock.now,
        )


def test_an_adoption_stays_as_it_was_signed(cast, clock):
    row = adopt(cast, clock, "us-pi-2017")
    with pytest.raises(DatabaseError, match="may not change"):
        update(row, label_digest="0" * 64)
