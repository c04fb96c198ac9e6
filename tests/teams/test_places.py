"""Sites and care teams."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from audit.models import Event
from patients.queries import visible_to
from protocol.planner_case import GOALS
from protocol.stops import HardStop
from teams.actions.members import add_member
from teams.forms import SiteForm
from teams.models import CareTeam, Site
from teams.plan_fields import GoalsField
from teams.queries import people_to_add
from tests.factories import key, make_patient


def site_data(site, **changed):
    form = SiteForm(site=site)
    data = {name: form[name].value() for name in form.fields}
    data = {n: value for n, value in data.items() if value is not None and value is not False}
    data |= {"idempotency_key": key()}
    data |= {"preparation_opens": "07:00", "preparation_cut_off": "17:00"}
    data |= {name: form.fields[name].prepare_value(data.get(name)) or "" for name in LISTS}
    return {**data, **changed}


LISTS = ("inpatient_windows", "home_windows", "holidays", "plan_goals", "line_care_days")


def test_a_site_is_changed_and_the_record_shows_what(cast, sign_in):
    site = cast.team.site
    address = reverse("teams:site", args=[site.uuid])
    changed = {"home_windows": "mon-fri 09:00-16:00\nsat 10:00-12:00", "holidays": "2026-12-25"}
    sign_in(cast.adam).post(address, site_data(site, zone="Europe/Paris", **changed))
    site.refresh_from_db()
    assert site.zone == "Europe/Paris"
    assert site.change_windows["home"] == [["mon-fri", "09:00", "16:00"], ["sat", "10:00", "12:00"]]
    assert site.holidays == ["2026-12-25"]
    assert Event.objects.get(verb="edited_site").before["zone"] == "America/New_York"


def test_a_site_sets_the_goals_of_its_plans_and_its_line_care(cast, sign_in):
    site = cast.team.site
    goals = "bags\nhome_attendances\noutside_window\ncut_minutes"
    data = site_data(site, plan_goals=goals, line_care_days="needle 6-8", home_bag_hours=168)
    sign_in(cast.adam).post(reverse("teams:site", args=[site.uuid]), data)
    site.refresh_from_db()
    assert site.plan_goals[0] == "bags"
    assert (site.line_care_days, site.bag_hours["home"]) == ({"needle": [6, 8]}, 168)


def test_a_site_is_added(cast, sign_in):
    data = site_data(None, name="Clinic", zone="America/Chicago")
    sign_in(cast.adam).post(reverse("teams:add_site"), data)
    assert Site.objects.get(name="Clinic").organisation == cast.organisation


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("home_windows", "weekdays 8 to 5", "does not read so: weekdays 8 to 5"),
        ("home_windows", "mon-fri 17:00-08:00", "ends later on the same day"),
        ("holidays", "Christmas", "This is not one: Christmas"),
        ("zone", "Mars/Olympus", "Select a valid choice"),
        ("preparation_cut_off", "5 pm", "Give the time as 17:00"),
        ("preparation_days", "weekdays", "Write the days as mon-fri"),
        ("plan_goals", "bags", "Name each of the four once"),
        ("line_care_days", "needle weekly", "This is not one: needle weekly"),
        ("line_care_days", "needle 8-6", "This is not one: needle 8-6"),
        ("premedication_to_min", "", "Give both ends of the window"),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_field(cast, sign_in, field, typed, said):
    address = reverse("teams:site", args=[cast.team.site.uuid])
    answer = sign_in(cast.adam).post(address, site_data(cast.team.site, **{field: typed}))
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_site_of_another_hospital_does_not_exist_here(cast, sign_in):
    address = reverse("teams:site", args=[cast.other_team.site.uuid])
    assert sign_in(cast.adam).get(address).status_code == 404


def test_an_administrator_adds_a_team_and_its_first_person(cast, sign_in):
    browser = sign_in(cast.adam)
    address = reverse("teams:add_care_team", args=[cast.team.site.uuid])
    browser.post(address, {"idempotency_key": key(), "name": "Night team"})
    team = CareTeam.objects.get(name="Night team")
    data = {"idempotency_key": key(), "user": cast.carla.pk, "from_at": ""}
    browser.post(reverse("teams:care_team", args=[team.uuid]), data)
    assert team.memberships.get().user == cast.carla
    assert Event.objects.get(verb="added_member").after["person"] == "Carla Case"


def test_whoever_joins_the_team_sees_its_patients_until_the_end(cast, sign_in, clock):
    patient = make_patient(cast)
    address = reverse("teams:care_team", args=[cast.team.uuid])
    data = {"idempotency_key": key(), "user": cast.outsider.pk, "from_at": ""}
    sign_in(cast.carla).post(address, data)
    assert patient in visible_to(cast.outsider)
    clock.forward(hours=1)
    row = cast.team.memberships.get(user=cast.outsider)
    sign_in(cast.carla).post(address, {"idempotency_key": key(), "membership": row.pk, "to_at": ""})
    assert patient not in visible_to(cast.outsider)
    row.refresh_from_db()
    assert row.to_at - row.from_at == timedelta(hours=1)


def test_a_person_does_not_leave_before_they_came(cast, sign_in):
    row = cast.team.memberships.get(user=cast.nadia)
    data = {"idempotency_key": key(), "membership": row.pk, "to_at": "2019-01-01 10:00"}
    address = reverse("teams:care_team", args=[cast.team.uuid])
    answer = sign_in(cast.carla).post(address, data)
    page = answer.content.decode()
    assert "before the person joined" in page
    assert "2019-01-01 10:00" in page


def test_a_case_manager_does_not_reach_a_team_they_are_not_on(cast, sign_in):
    other = CareTeam.objects.create(site=cast.team.site, name="Other team")
    for team in (other, cast.other_team):
        address = reverse("teams:care_team", args=[team.uuid])
        assert sign_in(cast.carla).get(address).status_code == 404


def test_a_nurse_does_not_manage_the_team(cast, sign_in):
    address = reverse("teams:care_team", args=[cast.team.uuid])
    assert sign_in(cast.nadia).get(address).status_code == 403


def test_the_pages_of_places_open(cast, sign_in):
    site, team = cast.team.site, cast.team
    browser = sign_in(cast.adam)
    for address in (
        reverse("teams:sites"),
        reverse("teams:add_site"),
        reverse("teams:site", args=[site.uuid]),
        reverse("teams:add_care_team", args=[site.uuid]),
        reverse("teams:care_team", args=[team.uuid]),
    ):
        assert browser.get(address).status_code == 200


def test_patients_and_caregivers_are_not_offered_for_a_team_nor_added(cast, clock):
    cast.outsider.role = "caregiver"
    cast.outsider.save()
    assert cast.outsider not in people_to_add(cast.team)
    with pytest.raises(HardStop, match="Give them access"):
        add_member(team=cast.team, user=cast.outsider, by=cast.adam, at=clock.now)


def test_staff_with_an_open_account_are_offered(cast):
    assert list(people_to_add(cast.team)) == [cast.outsider]


def test_the_record_keeps_why_somebody_left_a_team(cast, clock, sign_in):
    row = cast.team.memberships.get(user=cast.sol)
    body = {"idempotency_key": key(), "membership": row.pk, "reason": "added by mistake"}
    page = reverse("teams:care_team", args=[cast.team.uuid])
    assert sign_in(cast.carla).post(page, body).status_code == 302
    assert Event.objects.get(verb="ended_membership").reason == "added by mistake"


def test_the_goals_of_a_plan_are_read_and_typed_in_words():
    field = GoalsField()
    shown = field.prepare_value(list(GOALS))
    assert "_" not in shown
    assert field.clean(shown) == list(GOALS)
    assert field.clean("\n".join(reversed(GOALS))) == list(reversed(GOALS))
    with pytest.raises(ValidationError, match="Name each of the four once: Changes outside"):
        field.clean("Bags")
