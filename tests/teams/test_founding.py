"""A new deployment has nobody who could invite: one command makes the first administrator."""

import re

import pytest
from django.core.management import CommandError, call_command

from audit.models import Event
from teams.models import Organisation, User

pytestmark = pytest.mark.django_db
NAMES = ("ada", "ada@example.org", "--organisation", "Lakeside")


def test_the_first_administrator_sets_a_password_and_manages_people(client, capsys, settings):
    settings.SITE_URL = ""
    call_command("first_administrator", *NAMES)
    link = re.search(r"^/accounts/\S+$", capsys.readouterr().out, re.M).group()
    form = client.get(link, follow=True).redirect_chain[-1][0]
    chosen = "a-long-and-new-password"
    client.post(form, {"password1": chosen, "password2": chosen})
    assert client.login(username="ada", password=chosen)
    assert client.get("/people/").status_code == 200
    assert Event.objects.get(verb="invited_person").actor == "system:first_administrator"


def test_a_founded_database_is_left_alone(cast):
    people = User.objects.count()
    with pytest.raises(CommandError, match="There is an organisation already"):
        call_command("first_administrator", *NAMES)
    assert User.objects.count() == people


def test_an_address_that_is_none_leaves_nothing_behind():
    with pytest.raises(CommandError, match="valid email"):
        call_command("first_administrator", "ada", "ada", "--organisation", "Lakeside")
    assert not Organisation.objects.exists()
