"""What meets a definition, or a nurse marks, is told to nurse and doctor until one takes it on."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from monitoring.actions.alerts import take_on_alerts
from monitoring.actions.neuro import record_neuro
from monitoring.actions.vitals import correct_vitals, record_vitals
from monitoring.alerts import alerts_of
from monitoring.queries import FINDINGS
from notifications.actions.escalation import raise_due
from notifications.models import OutboxMessage, Reminder
from protocol.stops import HardStop
from tests.dashboards.programme import infusion
from tests.factories import key

pytestmark = pytest.mark.django_db
USUAL = dict.fromkeys(FINDINGS, "usual")
WELL = {"temperature_c": Decimal("36.8"), "systolic_mmhg": 122, "diastolic_mmhg": 76}


@pytest.fixture
def cycle(cast, clock):
    return infusion(cast)


@pytest.fixture
def take(cycle, cast, clock):
    def vitals(**values):
        facts = {"measured_at": clock.now, **values}
        return record_vitals(cycle=cycle, by=cast.nadia, **facts)

    return vitals


def open_kinds() -> set[str]:
    return set(Reminder.objects.filter(state="waiting").values_list("kind", flat=True)) & {
        "fever",
        "low_pressure",
        "oxygen_given",
        "outside_expected",
        "neuro_changed",
    }


def board_rows(client) -> dict[str, dict]:
    groups = client.get("/board/").context["groups"]
    return {group.key: group.rows for group in groups}


@pytest.mark.parametrize(
    ("values", "kinds"),
    [
        ({"temperature_c": Decimal("37.9")}, set()),
        ({"temperature_c": Decimal("38.0")}, {"fever"}),
        ({"systolic_mmhg": 90, "diastolic_mmhg": 50}, set()),
        ({"systolic_mmhg": 89, "diastolic_mmhg": 50}, {"low_pressure"}),
        (
            {"temperature_c": Decimal("39.2"), "systolic_mmhg": 88, "diastolic_mmhg": 50},
            {"fever", "low_pressure"},
        ),
        ({"spo2_percent": 91}, set()),
        ({"spo2_percent": 97, "oxygen": "nasal cannula 2 L/min"}, {"oxygen_given"}),
        ({"spo2_percent": 97, "oxygen": "Room air"}, set()),
        ({"spo2_percent": 91, "outside_expected": ["spo2_percent"]}, {"outside_expected"}),
    ],
)
def test_what_is_told_of_an_adult(take, values, kinds):
    take(**values)
    assert open_kinds() == kinds


@pytest.mark.parametrize(
    ("born", "systolic", "told"),
    [
        (date(2020, 6, 1), 82, False),  # 6 years: below 70 + 2 x 6
        (date(2020, 6, 1), 81, True),
        (date(2016, 6, 1), 89, True),  # 10 years: below 90
        (date(2014, 1, 1), 90, False),  # 13 years: below 90
        (date(2014, 1, 1), 89, True),
        (date(2026, 6, 1), 50, False),  # no definition under one year: the nurse marks it
    ],
)
def test_low_pressure_goes_by_age(cycle, take, born, systolic, told):
    cycle.patient.birth_date = born
    cycle.patient.save()
    take(systolic_mmhg=systolic, diastolic_mmhg=40)
    assert open_kinds() == ({"low_pressure"} if told else set())


def test_nurse_and_oncologist_are_told_at_once_without_patient_data(cycle, cast, clock, take):
    take(temperature_c=Decimal("39.2"))
    raise_due(clock.now)
    told = OutboxMessage.objects.filter(template="fever")
    assert {row.to.username for row in told} >= {"nadia", "olga"}
    assert "39" not in str([row.context for row in told])


def test_a_finding_of_long_ago_pages_nobody(clock, take):
    take(temperature_c=Decimal("39"), measured_at=clock.now - timedelta(hours=25))
    assert open_kinds() == set()


def test_the_board_has_the_finding_in_act_now_until_somebody_takes_it_on(
    cycle, cast, clock, take, sign_in
):
    client = sign_in(cast.nadia)
    take(**WELL)
    assert "now" not in board_rows(client)
    take(temperature_c=Decimal("39.2"), systolic_mmhg=88, diastolic_mmhg=50)
    (row,) = board_rows(client)["now"]
    texts = [chip["text"] for chip in row["chips"]]
    assert texts[:2] == ["Fever 39.2 °C", "Low blood pressure 88/50 mmHg"]
    take_on_alerts(cycle=cycle, by=cast.olga)
    rows = board_rows(client)
    assert "now" not in rows
    assert rows["today"][0]["chips"][0]["text"] == "Fever 39.2 °C · Olga Onco is on it"


def test_a_waiting_alert_is_not_closed_by_a_usual_reading(cycle, take, clock):
    take(temperature_c=Decimal("39.2"))
    clock.forward(minutes=30)
    take(**WELL)
    assert open_kinds() == {"fever"}


def test_a_usual_reading_closes_what_somebody_took_on(cycle, cast, take, clock):
    take(temperature_c=Decimal("39.2"))
    take_on_alerts(cycle=cycle, by=cast.olga)
    clock.forward(hours=1)
    take(systolic_mmhg=120, diastolic_mmhg=70)  # says nothing about the temperature
    assert [one.kind for one in alerts_of(cycle)] == ["fever"]
    take(**WELL)
    assert alerts_of(cycle) == []


def test_the_next_fever_asks_again_and_a_waiting_one_climbs_on(cycle, cast, take, clock):
    take(temperature_c=Decimal("38.4"))
    clock.forward(minutes=10)
    take(temperature_c=Decimal("39.4"))
    assert Reminder.objects.filter(kind="fever").count() == 1
    assert alerts_of(cycle)[0].text == "Fever 39.4 °C"
    take_on_alerts(cycle=cycle, by=cast.olga)
    clock.forward(hours=4)
    take(temperature_c=Decimal("38.6"))
    assert [one.is_waiting for one in alerts_of(cycle)] == [True]


def test_a_corrected_slip_takes_the_alert_back(cycle, cast, take):
    row = take(temperature_c=Decimal("39.8"))
    correct_vitals(vitals=row, by=cast.nadia, reason="Slip", temperature_c=Decimal("36.8"))
    assert alerts_of(cycle) == []


def test_a_corrected_slip_leaves_the_fever_of_another_reading(cycle, cast, take, clock):
    row = take(temperature_c=Decimal("39.8"))
    clock.forward(minutes=5)
    take(temperature_c=Decimal("38.5"))
    correct_vitals(vitals=row, by=cast.nadia, reason="Slip", temperature_c=Decimal("36.8"))
    assert [one.text for one in alerts_of(cycle)] == ["Fever 38.5 °C"]


def test_a_correction_that_is_still_fever_asks_nobody_twice(cycle, cast, take):
    row = take(temperature_c=Decimal("39.8"))
    correct_vitals(vitals=row, by=cast.nadia, reason="Slip", temperature_c=Decimal("38.9"))
    assert Reminder.objects.filter(kind="fever").count() == 1
    assert alerts_of(cycle)[0].text == "Fever 38.9 °C"


def test_a_changed_neuro_check_is_told_by_its_name(cycle, cast, clock):
    findings = USUAL | {"handwriting": "changed"}
    record_neuro(cycle=cycle, by=cast.nadia, checked_at=clock.now, **findings)
    assert open_kinds() == {"neuro_changed"}


def test_a_mark_needs_its_figure(take):
    with pytest.raises(HardStop) as refusal:
        take(spo2_percent=97, outside_expected=["heart_rate_per_min"])
    assert refusal.value.stops[0].code == "vitals.marked_nothing"


def test_the_chart_says_it_and_takes_it_on(cycle, cast, sign_in, take):
    take(systolic_mmhg=88, diastolic_mmhg=50)
    client = sign_in(cast.nadia)
    page = reverse("dashboards:chart", args=[cycle.patient.uuid])
    body = client.get(page).content.decode()
    assert "Low blood pressure 88/50 mmHg" in body
    assert "Nobody has taken it on" in body
    assert "88, out of range" in body
    client.post(reverse("monitoring:take_on", args=[cycle.uuid]), {"idempotency_key": key()})
    assert "Nadia Ward is on it" in client.get(page).content.decode()


def test_who_does_not_observe_takes_nothing_on(cycle, cast, sign_in, take):
    take(temperature_c=Decimal("39.8"))
    address = reverse("monitoring:take_on", args=[cycle.uuid])
    assert sign_in(cast.farid).post(address, {"idempotency_key": key()}).status_code == 403
    assert sign_in(cast.outsider).post(address, {"idempotency_key": key()}).status_code == 404
    assert alerts_of(cycle)[0].is_waiting
