from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from audit.models import Event
from infusions.actions.pumps import enter_program, read_back
from infusions.models import PumpProgram
from infusions.pump_state import verified_program
from protocol.stops import HardStop
from tests.factories import key
from tests.infusions.pump_rows import bare_bag
from tests.people import PASSWORD

RIGHT = {
    "rate_ml_per_h": Decimal("2.57"),
    "volume_ml": Decimal("246.72"),
    "duration_h": Decimal("96"),
}


@pytest.fixture
def bag(cast):
    return bare_bag(cast)


@pytest.fixture
def program(bag, cast):
    return enter_program(bag=bag, pump_serial="P-1", by=cast.nadia, **RIGHT)


def read(program, by, **changed):
    return read_back(
        program=program, by=by, method="at_pump", password=PASSWORD, **(RIGHT | changed)
    )


def code_of(caught):
    return caught.value.stops[0].code


def test_two_people_who_agree_verify_the_pump(program, bag, cast, clock):
    assert read(program, cast.ines).agreed
    assert verified_program(bag=bag, at=clock.now) == program


@pytest.mark.parametrize(
    "wrong, code",
    [
        ({"rate_ml_per_h": Decimal("25.7")}, "pump.rate_tenfold"),
        ({"rate_ml_per_h": Decimal("61.68")}, "pump.rate_per_day"),
        (
            {"rate_ml_per_h": RIGHT["volume_ml"], "volume_ml": RIGHT["rate_ml_per_h"]},
            "pump.swapped",
        ),
        ({"duration_h": Decimal("69")}, "pump.duration_differs"),
    ],
)
def test_a_wrong_program_is_refused_and_not_told_the_right_one(bag, cast, wrong, code):
    with pytest.raises(HardStop) as caught:
        enter_program(bag=bag, pump_serial="P-1", by=cast.nadia, **(RIGHT | wrong))
    assert code_of(caught) == code
    assert "2.57" not in str(caught.value) and "246.72" not in str(caught.value)
    assert not PumpProgram.objects.exists()


def test_a_bag_that_was_not_released_is_refused(bag, cast):
    type(bag).objects.update(state="quarantined")
    with pytest.raises(HardStop) as caught:
        enter_program(bag=bag, pump_serial="P-1", by=cast.nadia, **RIGHT)
    assert code_of(caught) == "pump.bag_not_ready"


@pytest.mark.hazard("HZ-08")
def test_the_same_person_may_not_read_back(program, cast):
    with pytest.raises(HardStop) as caught:
        read(program, cast.nadia)
    assert code_of(caught) == "pump.same_person"


@pytest.mark.engine
@pytest.mark.hazard("HZ-08")
def test_database_refuses_the_same_reader(program, cast, clock):
    rows = PumpProgram.objects.filter(pk=program.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(read_by=cast.nadia, read_at=clock.now, agreed=True)


def test_a_difference_is_kept_and_does_not_verify(program, bag, cast, clock):
    assert not read(program, cast.ines, volume_ml=Decimal("246.7")).agreed
    program.refresh_from_db()
    assert program.read_volume_ml == Decimal("246.70")
    with pytest.raises(HardStop) as caught:
        verified_program(bag=bag, at=clock.now)
    assert code_of(caught) == "pump.disagree"


def test_both_start_again_after_a_difference(program, bag, cast, clock):
    read(program, cast.ines, volume_ml=Decimal("246.7"))
    with pytest.raises(HardStop) as caught:
        read(program, cast.ines)
    assert code_of(caught) == "pump.already_read"
    clock.forward(minutes=1)
    again = enter_program(bag=bag, pump_serial="P-1", by=cast.nadia, **RIGHT)
    assert read(again, cast.ines).agreed
    assert verified_program(bag=bag, at=clock.now) == again


def test_a_reading_lasts_an_hour(program, bag, cast, clock):
    read(program, cast.ines)
    clock.forward(minutes=60)
    assert verified_program(bag=bag, at=clock.now)
    clock.forward(seconds=1)
    with pytest.raises(HardStop) as caught:
        verified_program(bag=bag, at=clock.now)
    assert code_of(caught) == "pump.read_expired"


def test_a_pump_nobody_read_is_not_verified(program, bag, clock):
    with pytest.raises(HardStop) as caught:
        verified_program(bag=bag, at=clock.now)
    assert code_of(caught) == "pump.not_read"


@pytest.mark.hazard("HZ-09")
def test_the_record_holds_no_figures_before_the_reading(program):
    assert "2.57" not in str(Event.objects.get(verb="entered_pump_program").after)


@pytest.mark.hazard("HZ-09")
def test_hz09_verify_page_bytes_do_not_contain_first_values(program, cast, sign_in):
    client = sign_in(cast.ines)
    for name in ("read_pump_back", "program_pump"):
        row = program if name == "read_pump_back" else program.bag
        page = client.get(reverse(f"infusions:{name}", args=[row.uuid])).content
        assert b"P-1" in page
        assert b"2.57" not in page and b"246.72" not in page and b"61.68" not in page


def sent(**changed):
    typed = {name: str(value) for name, value in RIGHT.items()}
    return {"idempotency_key": key(), "method": "at_pump", "password": PASSWORD} | typed | changed


def test_pages_take_a_pump_from_entry_to_agreement(bag, cast, client, sign_in):
    page = reverse("infusions:program_pump", args=[bag.uuid])
    nurse = sign_in(cast.nadia)
    assert nurse.post(page, sent(pump_serial="P-1")).url == page
    assert "61.68 mL/day" in nurse.get(page).content.decode()
    program = PumpProgram.objects.get()
    second = sign_in(cast.ines)
    answer = second.post(reverse("infusions:read_pump_back", args=[program.uuid]), sent())
    assert answer.status_code == 302
    program.refresh_from_db()
    assert program.agreed and program.read_by == cast.ines


@pytest.mark.parametrize("rate", ["2,57", "2.570000", "-2.57", "1e1", "", "9999"])
def test_a_rate_that_is_no_plain_number_stays_in_the_form(bag, cast, sign_in, rate):
    page = reverse("infusions:program_pump", args=[bag.uuid])
    answer = sign_in(cast.nadia).post(page, sent(pump_serial="P-77", rate_ml_per_h=rate))
    assert answer.status_code == 422
    assert 'value="P-77"' in answer.content.decode()
    assert not PumpProgram.objects.exists()


def test_who_entered_it_is_refused_on_the_page(program, cast, sign_in):
    page = reverse("infusions:read_pump_back", args=[program.uuid])
    assert sign_in(cast.nadia).post(page, sent()).status_code == 422
    assert Event.objects.get(outcome="refused").reason == "pump.same_person"


def test_pre_infusion_opens_one_list_for_the_bag(bag, cast, sign_in, templates_loaded):
    client, page = sign_in(cast.nadia), reverse("infusions:pre_infusion", args=[bag.uuid])
    assert client.get(page).status_code == 200
    first = client.post(page, {"idempotency_key": key()})
    assert first.url.startswith("/checklists/")
    assert client.post(page, {"idempotency_key": key()}).url == first.url


@pytest.mark.parametrize("who", ["outsider", "twin_nurse"])
def test_others_find_nothing(program, cast, sign_in, who):
    client, bag = sign_in(getattr(cast, who)), program.bag
    for name, row in (("program_pump", bag), ("pre_infusion", bag), ("read_pump_back", program)):
        assert client.get(reverse(f"infusions:{name}", args=[row.uuid])).status_code == 404


def test_an_entry_that_counts_is_entered_again_with_a_reason(program, bag, cast, clock):
    with pytest.raises(HardStop) as caught:
        enter_program(bag=bag, pump_serial="P-2", by=cast.nadia, **RIGHT)
    assert code_of(caught) == "correction.no_reason"
    facts = {"bag": bag, "by": cast.nadia, **RIGHT}
    again = enter_program(pump_serial="P-2", correction_reason="another pump", **facts)
    assert again.corrects == program
    with pytest.raises(HardStop) as caught:
        read(program, cast.ines)
    assert code_of(caught) == "pump.entered_again"
    assert read(again, cast.ines).agreed


def test_an_hour_old_reading_is_entered_again_without_a_reason(program, bag, cast, clock):
    read(program, cast.ines)
    clock.forward(minutes=61)
    again = enter_program(bag=bag, pump_serial="P-1", by=cast.nadia, **RIGHT)
    assert again.corrects is None


def test_the_page_shows_the_entry_that_was_corrected(program, bag, cast, sign_in):
    url = reverse("infusions:program_pump", args=[bag.uuid])
    client = sign_in(cast.nadia)
    body = {"idempotency_key": key(), "pump_serial": "P-2", "correction_reason": "other pump"}
    body |= {name: str(value) for name, value in RIGHT.items()}
    assert client.post(url, body).status_code == 302
    shown = client.get(url).content.decode()
    assert "other pump" in shown
    assert "<s>2.57" in shown


def change(program, **columns):
    """One raw UPDATE of one row."""
    sets = ", ".join(f"{name} = %s" for name in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE infusions_pumpprogram SET {sets} WHERE id = %s",  # noqa: S608
            [*columns.values(), program.pk],
        )


@pytest.mark.engine
@pytest.mark.parametrize("column", ["rate_ml_per_h", "volume_ml", "duration_h"])
def test_the_database_keeps_what_was_entered(program, column):
    with pytest.raises(IntegrityError, match="may not change"):
        change(program, **{column: 1})


@pytest.mark.engine
@pytest.mark.parametrize(
    "column", ["read_rate_ml_per_h", "read_volume_ml", "read_duration_h", "read_method"]
)
def test_the_database_keeps_what_was_read(program, cast, column):
    change(program, read_method="phone")  # before the reading nothing is frozen
    read(program, cast.ines)
    with pytest.raises(IntegrityError, match="may not change"):
        change(program, **{column: 1})


@pytest.mark.engine
@pytest.mark.parametrize("wrong", [True, False])
def test_the_database_keeps_whether_the_readings_agreed(program, cast, wrong):
    changed = {"volume_ml": Decimal("246.7")} if wrong else {}
    read(program, cast.ines, **changed)
    with pytest.raises(IntegrityError, match="may not change"):
        change(program, agreed=wrong)
    with pytest.raises(IntegrityError, match="may not change"):
        change(program, read_at=None)
