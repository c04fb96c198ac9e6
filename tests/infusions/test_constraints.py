"""Rules the database holds by itself, asked with raw SQL: no form or action in between."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from handoffs.models import Handoff
from infusions.models import Bag, Cycle, DoseOrder, InfusionEvent, PumpProgram
from teams.actions.signatures import sign
from teams.models import Membership
from tests.infusions.disputes import decided, disputed, third_reads
from tests.infusions.planning import made, released, signed
from tests.infusions.test_emergency_release import asked as asked_alone
from tests.people import PASSWORD

pytestmark = [pytest.mark.engine, pytest.mark.django_db]


def update(row, **columns):
    """One raw UPDATE of one row."""
    sets = ", ".join(f'"{name}" = %s' for name in columns)
    values = [
        row._meta.get_field(n.removesuffix("_id")).get_db_prep_save(v, connection)
        for n, v in columns.items()
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{row._meta.db_table}" SET {sets} WHERE id = %s', [*values, row.pk])  # noqa: S608


def copy(row, **changes):
    """One raw INSERT: the same row again with changes."""
    fields = [f for f in row._meta.concrete_fields if not f.primary_key]
    values = {f.column: getattr(row, f.attname) for f in fields} | changes
    prepared = [f.get_db_prep_save(values[f.column], connection) for f in fields]
    names = ", ".join(f'"{f.column}"' for f in fields)
    marks = ", ".join(["%s"] * len(fields))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{row._meta.db_table}" ({names}) VALUES ({marks})', prepared)  # noqa: S608


def refused(name: str):
    """The engine names the rule, or (SQLite, unique indexes) its columns."""
    return pytest.raises(IntegrityError, match=name)


NOBODY = {"checked_by_id": None, "checked_at": None}


@pytest.mark.parametrize("state", ["released", "hung", "finished"])
def test_no_bag_is_used_without_a_checker(cast, clock, state):
    bag = released(cast, clock)
    with refused("released_bag_was_checked|hung_bag_has_time"):
        update(bag, state=state, **NOBODY)


def test_a_made_bag_does_not_become_released_by_its_state_alone(cast, clock):
    with refused("released_bag_was_checked"):
        update(made(cast, clock), state="released")


def test_the_checker_is_not_the_compounder(cast, clock):
    bag = released(cast, clock)
    with refused("checker_is_not_compounder"):
        update(bag, checked_by_id=bag.compounded_by_id)


def alone(cast, bag) -> dict:
    """Columns of a bag that two people let go on a single check."""
    pair = {"single_pharmacist_id": cast.farid.pk, "single_prescriber_id": cast.olga.pk}
    return {"single_checked": True, **pair, **NOBODY}


def test_without_a_checker_two_signers_let_a_bag_go(cast, clock):
    bag = released(cast, clock)
    update(bag, **alone(cast, bag))
    with refused("released_bag_was_checked"):
        update(bag, single_checked=False, single_pharmacist_id=None, single_prescriber_id=None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"single_prescriber_id": None},
        {"single_pharmacist_id": None},
        {"single_checked": False},
        {"single_prescriber_id": "farid"},
        {"single_prescriber_id": "tom"},
    ],
)
def test_the_two_signers_are_two_people_and_the_prescriber_did_not_make_it(cast, clock, wrong):
    bag = released(cast, clock)
    named = {n: getattr(cast, v).pk if isinstance(v, str) else v for n, v in wrong.items()}
    with refused("single_check_has_two_signers|released_bag_was_checked"):
        update(bag, **(alone(cast, bag) | named))


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"label_checked_how": "scanned"}, "label_read_who_when_how"),
        ({"label_checked_how": "guessed", "label_checked_by_id": "farid"}, "label_read_who"),
        ({"label_checked_by_id": "farid"}, "label_read_who_when_how"),
        (
            {"label_checked_how": "before this was asked", "label_checked_by_id": "farid"},
            "label_read_who_when_how",
        ),
    ],
)
def test_a_label_was_read_by_somebody_at_some_time(cast, clock, columns, rule):
    named = {n: cast.farid.pk if v == "farid" else v for n, v in columns.items()}
    with refused(rule):
        update(released(cast, clock), **named)


def test_the_maker_did_not_read_the_label(cast, clock):
    how = {"label_checked_how": "typed", "label_checked_at": clock.now}
    with refused("label_reader_is_not_compounder"):
        update(released(cast, clock), label_checked_by_id=cast.tom.pk, **how)


def test_a_reading_is_never_changed_or_taken_away(cast, clock):
    check = released(cast, clock).checks.get()
    for wrong in ({"read": {}}, {"agreed": False}, {"checked_by_id": cast.petra.pk}):
        with pytest.raises(DatabaseError, match="may not change"):
            update(check, **wrong)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM infusions_bagcheck")


def test_a_near_miss_is_never_changed(cast, clock):
    bag = disputed(cast, clock)
    with pytest.raises(DatabaseError, match="append-only"):
        update(bag.near_misses.order_by("pk")[0], kind="lots")


def test_a_decision_is_signed_and_stays(cast, clock):
    bag = disputed(cast, clock)
    dispute = bag.disputes.get()
    with refused("dispute_decided_by_signature"):
        update(dispute, decision="reject", reason="x", decided_by_id=cast.petra.pk)
    third_reads(cast, clock, bag)
    decided(cast, clock, bag, "reject")
    with pytest.raises(DatabaseError, match="may not change"):
        update(dispute, decision="as_logged")


def test_an_emergency_release_has_two_people(cast, clock):
    bag = made(cast, clock, by=cast.petra)
    asked = asked_alone(cast, clock, bag)
    one = {"confirmed_at": clock.now, "confirm_signature_id": asked.ask_signature_id}
    with refused("emergency_release_two_people"):
        update(asked, confirmed_by_id=cast.petra.pk, **one)
    with refused("emergency_release_two_people"):
        update(asked, confirmed_by_id=cast.olga.pk)


@pytest.mark.parametrize("half", [{"checked_at": None}, {"checked_by_id": None}])
def test_a_check_has_both_who_and_when(cast, clock, half):
    with refused("checked_who_and_when|released_bag_was_checked"):
        update(released(cast, clock), **half)


def test_a_release_has_its_time(cast, clock):
    with refused("released_bag_was_checked"):
        update(released(cast, clock), released_at=None)


@pytest.mark.parametrize("column", ["hood_confirmed", "garbing_confirmed"])
def test_no_bag_without_hood_and_garbing(cast, clock, column):
    with refused("hood_and_garbing_confirmed"):
        update(made(cast, clock), **{column: False})


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("rate_ml_per_h", 0, "bag_volumes"),
        ("made_ml", 1, "bag_volumes"),
        ("dose_mcg_per_day", 29, "bag_dose_range"),
        ("dose_mcg_per_day", 0, "bag_dose_range"),
    ],
)
def test_figures_of_a_bag_stay_in_range(cast, clock, column, value, rule):
    with refused(rule):
        update(made(cast, clock), **{column: value})


def test_a_bag_keeps_for_some_time(cast, clock):
    bag = made(cast, clock)
    with refused("discard_after_preparation"):
        update(bag, discard_after=bag.prepared_at)


def test_a_bag_is_not_released_before_it_was_made(cast, clock):
    bag = released(cast, clock)
    with refused("released_after_preparation"):
        update(bag, released_at=bag.prepared_at - timedelta(minutes=1))


def test_a_code_is_used_once_for_ever(cast, clock):
    first = made(cast, clock)
    second = made(cast, clock, cycle=first.cycle, n=2)
    with refused("code"):
        update(second, code=first.code)


def test_one_running_bag_a_cycle(cast, clock):
    first = released(cast, clock)
    second = released(cast, clock, bag=made(cast, clock, cycle=first.cycle, n=2))
    update(first, state="hung", hung_at=clock.now)
    with refused("one_running_bag_per_cycle|cycle_id"):
        update(second, state="hung", hung_at=clock.now)


def test_a_hung_bag_has_its_time(cast, clock):
    with refused("hung_bag_has_time"):
        update(released(cast, clock), state="hung")


def test_one_open_cycle_a_patient(cast, clock):
    cycle = signed(cast, clock)
    with refused("one_open_cycle_per_patient|patient_id"):
        copy(cycle, number=2, uuid=uuid4())


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"state": "running"}, "running_has_bag_and_start"),
        ({"state": "interrupted"}, "interrupted_has_stop_time"),
        ({"weight_kg": 301}, "cycle_weight_range"),
    ],
)
def test_a_cycle_says_nothing_impossible(cast, clock, columns, rule):
    with refused(rule):
        update(signed(cast, clock), **columns)


def test_one_current_plan_and_each_bag_number_once(cast, clock):
    plan = signed(cast, clock).plans.get()
    with refused("one_current_plan|cycle_id"):
        copy(plan, uuid=uuid4())
    with refused("planned_bag_number_once|plan_id"):
        copy(plan.bags.get(n=1), uuid=uuid4())


def event_of(bag, **columns) -> InfusionEvent:
    return InfusionEvent(
        cycle=bag.cycle,
        seq=1,
        occurred_at=bag.released_at,
        recorded_at=bag.released_at,
        recorded_by=bag.checked_by,
        bag=bag,
        **columns,
    )


@pytest.mark.parametrize("kind", ["started", "bag_changed"])
def test_nothing_starts_without_its_gates(cast, clock, kind):
    with refused("start_has_its_gates"):
        copy(event_of(released(cast, clock), kind=kind))


def test_an_entry_is_voided_only_as_a_correction(cast, clock):
    with refused("void_corrects_one"):
        copy(event_of(released(cast, clock), kind="voided"))


def program_of(bag, cast, **columns) -> PumpProgram:
    fields = {"pump_serial": "P1", "rate_ml_per_h": 5, "volume_ml": 240, "duration_h": 48}
    return PumpProgram(
        cycle=bag.cycle,
        bag=bag,
        entered_by=cast.nadia,
        entered_at=bag.released_at,
        **{**fields, **columns},
    )


def test_the_pump_is_read_back_by_somebody_else(cast, clock):
    bag = released(cast, clock)
    with refused("reader_is_not_programmer"):
        copy(program_of(bag, cast, read_by=cast.nadia, read_at=clock.now))


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"agreed": True}, "agreed_was_read"),
        ({"rate_ml_per_h": 0}, "program_positive"),
    ],
)
def test_a_programme_agrees_only_when_read(cast, clock, columns, rule):
    with refused(rule):
        copy(program_of(released(cast, clock), cast, **columns))


def test_one_open_handoff_a_cycle(cast, clock):
    cycle = signed(cast, clock)
    first, second = signatures(cast, clock)
    handoff = Handoff(
        cycle=cycle,
        patient=cycle.patient,
        from_setting="ward",
        to_setting="home",
        to_nurse=cast.hugo,
        planned_transfer_at=clock.now,
        severity="stable",
        summary="s",
        actions=[],
        contingency=[],
        frozen={},
        sent_by=cast.nadia,
        sent_at=clock.now,
        sent_signature=first,
    )
    copy(handoff)
    with refused("one_open_handoff|cycle_id"):
        copy(handoff, uuid=uuid4(), sent_signature_id=second.pk)


def signatures(cast, clock):
    said = {"by": cast.nadia, "password": PASSWORD, "meaning": "handed_over", "statement": "s"}
    return [sign(**said, subject=f"t:{n}", content={}, at=clock.now) for n in (1, 2)]


def test_one_active_membership_a_team(cast):
    with refused("one_active_membership|care_team_id"):
        copy(Membership.objects.get(user=cast.nadia, to_at=None))


def test_the_builders_write_what_the_tests_say(cast, clock):
    released(cast, clock)
    assert (Cycle.objects.count(), DoseOrder.objects.count(), Bag.objects.count()) == (1, 1, 1)
