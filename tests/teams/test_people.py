"""An administrator keeps the accounts of their own organisation."""

import re

import pytest
from django.core import mail
from django.urls import reverse
from knox.models import AuthToken

from audit.models import Event
from teams.actions import people
from teams.models import Role, User
from tests.factories import key
from tests.people import PASSWORD


def invitation(**changed):
    return {
        "idempotency_key": key(),
        "first_name": "Nora",
        "last_name": "New",
        "username": "nora",
        "email": "nora@example.org",
        "role": Role.HOME_NURSE,
        **changed,
    }


def details_of(person, **changed):
    names = ("first_name", "last_name", "email", "role", "licence", "phone")
    kept = {name: getattr(person, name) for name in names}
    return {"idempotency_key": key(), **kept, **changed}


def test_an_invited_person_sets_a_password_with_the_mailed_link(cast, sign_in, client, settings):
    sign_in(cast.adam).post(reverse("teams:invite"), invitation())
    nora = User.objects.get(username="nora")
    assert (nora.organisation, nora.has_usable_password()) == (cast.organisation, False)
    assert mail.outbox[0].to == ["nora@example.org"]
    link = re.search(r"https?://\S+", mail.outbox[0].body)[0].removeprefix(settings.SITE_URL)
    client.logout()
    page = client.get(link, follow=True)
    address = page.redirect_chain[-1][0]
    client.post(address, {"password1": "a long new one 27", "password2": "a long new one 27"})
    nora.refresh_from_db()
    assert nora.check_password("a long new one 27")


def test_an_invitation_is_recorded_without_a_password(cast, sign_in):
    sign_in(cast.adam).post(reverse("teams:invite"), invitation())
    event = Event.objects.get(verb="invited_person")
    assert event.after["role"] == "home_nurse"
    assert "password" not in event.after


def test_a_taken_name_is_refused_and_nothing_typed_is_lost(cast, sign_in):
    answer = sign_in(cast.adam).post(reverse("teams:invite"), invitation(username="Nadia"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This name is taken" in page
    assert 'value="Nora"' in page
    assert not mail.outbox


def test_when_the_mail_cannot_go_out_nobody_is_invited(cast, sign_in, monkeypatch):
    def fails(**kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("teams.actions.password_links.send_mail", fails)
    answer = sign_in(cast.adam).post(reverse("teams:invite"), invitation())
    assert "nothing was saved" in answer.content.decode()
    assert not User.objects.filter(username="nora").exists()


def test_a_disabled_person_is_out_at_once(cast, sign_in, client, clock):
    sign_in(cast.nadia).get(reverse("teams:account"))
    AuthToken.objects.create(user=cast.nadia)
    people.disable(person=cast.nadia, by=cast.adam, at=clock.now)
    assert client.get(reverse("teams:account")).status_code == 302
    assert not AuthToken.objects.filter(user=cast.nadia).exists()
    assert not client.login(username="nadia", password=PASSWORD)


def test_the_button_disables_and_is_recorded(cast, sign_in):
    address = reverse("teams:person", args=[cast.nadia.uuid])
    sign_in(cast.adam).post(address, {"idempotency_key": key(), "do": "disable"})
    cast.nadia.refresh_from_db()
    assert not cast.nadia.is_active
    assert Event.objects.get(verb="disabled_person").actor == "Adam Admin"


def test_an_unknown_button_is_refused(cast, sign_in):
    address = reverse("teams:person", args=[cast.nadia.uuid])
    answer = sign_in(cast.adam).post(address, {"idempotency_key": key(), "do": "promote"})
    assert answer.status_code == 422


def test_a_role_is_changed_by_an_administrator(cast, sign_in):
    address = reverse("teams:person", args=[cast.nadia.uuid])
    sign_in(cast.adam).post(address, details_of(cast.nadia, role=Role.HOME_NURSE))
    event = Event.objects.get(verb="changed_role")
    assert (event.before["role"], event.after["role"]) == ("infusion_nurse", "home_nurse")


def test_nobody_changes_their_own_role(cast, sign_in):
    address = reverse("teams:person", args=[cast.adam.uuid])
    answer = sign_in(cast.adam).post(address, details_of(cast.adam, role=Role.PRIVACY_OFFICER))
    assert "Nobody changes their own role" in answer.content.decode()
    cast.adam.refresh_from_db()
    assert cast.adam.role == Role.ADMINISTRATOR


def test_nobody_disables_their_own_account(cast, sign_in):
    address = reverse("teams:person", args=[cast.adam.uuid])
    answer = sign_in(cast.adam).post(address, {"idempotency_key": key(), "do": "disable"})
    assert answer.status_code == 422
    cast.adam.refresh_from_db()
    assert cast.adam.is_active


def test_a_password_link_is_mailed_again(cast, sign_in):
    address = reverse("teams:person", args=[cast.nadia.uuid])
    sign_in(cast.adam).post(address, {"idempotency_key": key(), "do": "link"})
    assert mail.outbox[0].to == ["nadia@example.org"]
    assert Event.objects.filter(verb="sent_password_link").exists()


def test_people_of_another_hospital_do_not_exist_here(cast, sign_in):
    page = sign_in(cast.adam).get(reverse("teams:people")).content.decode()
    assert "Nadia Ward" in page
    assert "Twin" not in page
    address = reverse("teams:person", args=[cast.twin_nurse.uuid])
    assert sign_in(cast.adam).get(address).status_code == 404


@pytest.mark.parametrize("name", ["people", "invite", "sites", "add_site"])
def test_a_nurse_does_not_manage_people_or_places(cast, sign_in, name):
    assert sign_in(cast.nadia).get(reverse(f"teams:{name}")).status_code == 403
