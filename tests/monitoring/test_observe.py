import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from audit.models import Event
from monitoring.actions.neuro import record_neuro
from monitoring.actions.vitals import correct_vitals, record_vitals
from monitoring.actions.watches import set_watch
from monitoring.models import NeuroCheck, VitalSigns
from monitoring.queries import FINDINGS, due_observations, vitals_of
from notifications.models import Reminder
from protocol.stops import HardStop
from tests.factories import key
from tests.infusions.pump_rows import bare_cycle

USUAL = dict.fromkeys(FINDINGS, "usual")


@pytest.fixture
def cycle(cast):
    return bare_cycle(cast)


@pytest.fixture
def vitals(cycle, cast, clock):
    def take(temperature="36.8", **values):
        return record_vitals(
            cycle=cycle,
            by=cast.nadia,
            measured_at=clock.now,
            temperature_c=Decimal(temperature),
            **values,
        )

    return take


def watch(cycle, cast, every_minutes=240):
    return set_watch(cycle=cycle, kind="vitals", every_minutes=every_minutes, by=cast.nadia)


def open_reminders(kind):
    return Reminder.objects.filter(kind=kind, state__in=["waiting", "raised"])


def test_an_observation_is_due_then_late(cycle, cast, clock, vitals):
    watch(cycle, cast)
    vitals()
    clock.forward(hours=4, minutes=30)
    (due,) = due_observations(cycle, clock.now)
    assert (due.due_at, due.is_late) == (clock.now - timedelta(minutes=30), False)
    assert due_observations(cycle, clock.now + timedelta(seconds=1))[0].is_late


def test_recording_moves_the_reminder_on(cycle, cast, clock, vitals):
    watch(cycle, cast)
    vitals()
    reminder = open_reminders("observation_late").get()
    assert reminder.due_at == clock.now + timedelta(hours=4, minutes=30)
    clock.forward(hours=4)
    vitals()
    assert open_reminders("observation_late").get().due_at == clock.now + timedelta(minutes=270)


def test_an_ended_watch_reminds_nobody(cycle, cast, clock):
    watch(cycle, cast)
    clock.forward(minutes=5)
    watch(cycle, cast, every_minutes=None)
    assert not open_reminders("observation_late").exists()
    assert due_observations(cycle, clock.now) == []


def test_an_ended_cycle_has_nothing_due(cycle, cast, clock):
    watch(cycle, cast)
    cycle.state = "ended"
    assert due_observations(cycle, clock.now) == []


def test_nothing_measured_is_refused(cycle, cast, clock):
    with pytest.raises(HardStop) as caught:
        record_vitals(cycle=cycle, by=cast.nadia, measured_at=clock.now, note="asleep")
    assert caught.value.stops[0].code == "vitals.empty"


def test_a_time_to_come_is_refused(cycle, cast, clock):
    later = clock.now + timedelta(minutes=3)
    with pytest.raises(HardStop) as caught:
        record_vitals(cycle=cycle, by=cast.nadia, measured_at=later, spo2_percent=97)
    assert caught.value.stops[0].code == "observation.future"


def test_correction_counts_and_the_first_entry_stays(cycle, cast, vitals):
    row = vitals("39.8")
    changes = {"temperature_c": Decimal("36.8")}
    correct_vitals(vitals=row, by=cast.nadia, reason="Typing slip", **changes)
    assert [v.temperature_c for v in vitals_of(cycle)] == [Decimal("36.8")]
    assert VitalSigns.objects.count() == 2


@pytest.mark.engine
def test_database_refuses_to_change_a_reading(vitals):
    vitals()
    with pytest.raises(DatabaseError), transaction.atomic():
        VitalSigns.objects.update(temperature_c=36)


def sent(**typed):
    return {"idempotency_key": key(), "measured_at": "2027-01-04 10:00"} | typed


def url(name, row):
    return reverse(f"monitoring:{name}", args=[row.uuid])


def test_typed_figures_are_saved_at_local_time(cycle, cast, clock, sign_in):
    typed = sent(temperature_c="37.8", systolic_mmhg="120", diastolic_mmhg="70")
    answer = sign_in(cast.nadia).post(url("vitals", cycle), typed)
    assert answer.url == url("flowsheet", cycle)
    assert cycle.vitals.get().measured_at == clock.now


@pytest.mark.parametrize(
    "typed",
    [
        {"temperature_c": "37,8"},
        {"temperature_c": "101.3"},
        {"temperature_c": "37.85"},
        {"heart_rate_per_min": "80.5"},
        {"spo2_percent": "101"},
        {"systolic_mmhg": "70", "diastolic_mmhg": "120"},
        {},
    ],
)
def test_figures_nobody_can_mean_stay_in_the_form(cycle, cast, sign_in, typed):
    answer = sign_in(cast.nadia).post(url("vitals", cycle), sent(note="kept words", **typed))
    assert answer.status_code == 422
    assert "kept words" in answer.content.decode()
    assert not cycle.vitals.exists()


def test_a_neuro_check_has_no_default(cycle, cast, sign_in):
    client = sign_in(cast.nadia)
    page = client.get(url("neuro", cycle)).content.decode()
    assert page.count('type="radio"') == 15
    assert not re.search(r"<input[^>]*\schecked", page)
    typed = {"idempotency_key": key(), "checked_at": "2027-01-04 10:00"} | USUAL
    del typed["speech"]
    assert client.post(url("neuro", cycle), typed).status_code == 422
    assert client.post(url("neuro", cycle), typed | {"speech": "usual"}).status_code == 302
    assert NeuroCheck.objects.get().alertness == "usual"


def test_watch_page_sets_a_watch(cycle, cast, sign_in):
    typed = {"kind": "vitals", "every_minutes": "240", "grace_minutes": "30"}
    typed |= {"idempotency_key": key(), "from_at": "2027-01-04 10:00"}
    assert sign_in(cast.nadia).post(url("watch", cycle), typed).status_code == 302
    assert cycle.watches.get().every_minutes == 240


def test_flowsheet_strikes_the_first_entry_and_flags_fever(cycle, cast, sign_in, vitals):
    row = vitals("39.8")
    changes = {"temperature_c": Decimal("38.2")}
    correct_vitals(vitals=row, by=cast.nadia, reason="Typing slip", **changes)
    page = sign_in(cast.olga).get(url("flowsheet", cycle)).content.decode()
    assert page.count("is-corrected") == 1
    assert (
        page.count("ASTCT consensus (Lee 2019)") == 2
    )  # beside the figure, and for screen readers
    assert "Typing slip" in page and "39.8" in page
    assert Event.objects.filter(verb="looked_at").count() == 1


@pytest.mark.parametrize("kind", ["vitals", "neuro"])
def test_correction_page_shows_the_old_entry_and_needs_a_reason(
    cycle, cast, clock, sign_in, vitals, kind
):
    row = vitals("39.8")
    typed = sent(temperature_c="38.9")
    if kind == "neuro":
        row = record_neuro(cycle=cycle, by=cast.nadia, checked_at=clock.now, **USUAL)
        typed = sent(checked_at="2027-01-04 10:00", **(USUAL | {"speech": "changed"}))
    client, page = sign_in(cast.nadia), url(f"correct_{kind}", row)
    assert client.get(page).status_code == 200
    assert client.post(page, typed).status_code == 422
    answer = client.post(page, typed | {"correction_reason": "Slip", "idempotency_key": key()})
    assert answer.status_code == 302
    assert type(row).objects.filter(corrects=row).count() == 1


@pytest.mark.parametrize("who", ["outsider", "twin_nurse"])
def test_others_find_nothing(cycle, cast, sign_in, vitals, who):
    row, client = vitals(), sign_in(getattr(cast, who))
    for name in ("vitals", "neuro", "watch", "flowsheet"):
        assert client.get(url(name, cycle)).status_code == 404
    assert client.get(url("correct_vitals", row)).status_code == 404


def test_a_role_that_does_not_observe_is_refused(cycle, cast, sign_in):
    assert sign_in(cast.farid).get(url("vitals", cycle)).status_code == 403
