"""The page of a label: preview, printing, and what a person who still has to check may not see."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from infusions.actions.bag_corrections import take_release_back
from infusions.actions.bags import discard_bag
from infusions.labels import pdf as label_pdf
from infusions.models import LabelPrint
from infusions.views.labels import OPEN_FOR
from tests.factories import key
from tests.infusions.labels import look_at, printed
from tests.infusions.planning import made, released


def page(client, bag):
    return client.get(reverse("infusions:label", args=[bag.uuid]))


def send(client, bag, **fields):
    answer = {"idempotency_key": key(), "version": bag.version, "paper": "thermal", **fields}
    return client.post(reverse("infusions:label", args=[bag.uuid]), answer)


@pytest.mark.pango
def test_printing_leads_to_the_pdf_of_this_print(cast, clock, sign_in):
    bag, client = released(cast, clock), sign_in(cast.tom)
    answer = client.get(send(client, bag)["Location"])
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store"
    assert bag.code in look_at(answer.content).text
    assert LabelPrint.objects.get().printed_by == cast.tom


@pytest.mark.pango
def test_the_page_asks_for_a_reason_from_the_second_print_on(cast, clock, sign_in):
    bag, client = released(cast, clock), sign_in(cast.petra)
    assert b'name="reason"' not in page(client, bag).content
    send(client, bag)
    assert b'name="reason"' in page(client, bag).content
    assert send(client, bag).status_code == 422
    again = client.get(send(client, bag, reason="wet")["Location"])
    assert "REPRINT 1: wet" in look_at(again.content).text
    history = page(client, bag).content.decode()
    assert "Superseded" in history and "wet" in history


@pytest.mark.pango
def test_a_printed_label_is_opened_once_it_is_printed_and_not_kept(cast, clock, sign_in):
    bag, client = released(cast, clock), sign_in(cast.tom)
    address = send(client, bag)["Location"]
    assert client.get(address.partition("?")[0]).status_code == 410
    with time_machine.travel(timezone.now() + timedelta(seconds=OPEN_FOR + 5)):
        assert client.get(address).status_code == 410
    assert sign_in(cast.petra).get(address).status_code == 410


@pytest.mark.pango
def test_a_bag_discarded_meanwhile_gives_no_pdf(cast, clock, sign_in):
    bag, client = released(cast, clock), sign_in(cast.tom)
    address = send(client, bag)["Location"]
    discard_bag(bag=bag, reason="leaks", by=cast.nadia, at=clock.now)
    answer = client.get(address)
    assert answer.status_code == 410
    assert "discarded" in answer.content.decode()


def figures_of(bag) -> list[str]:
    names = ("drawn_ml", "rate_ml_per_h", "drug_mcg", "made_ml")
    return [f"{getattr(bag, name).normalize():f}\u00a0" for name in names]


def test_who_still_has_to_check_sees_no_figure(cast, clock, sign_in):
    bag = made(cast, clock)
    answer = page(sign_in(cast.farid), bag)
    body = answer.content.decode()
    assert "not checked yet" in body
    assert [figure for figure in figures_of(bag) if figure in body] == []
    assert "Print label" not in body


def test_who_has_to_check_again_sees_neither_figures_nor_reasons(cast, clock, sign_in):
    bag = released(cast, clock)
    printed(cast, clock, bag)
    printed(cast, clock, bag, reason="drew 1.7 mL")
    facts = {"by": cast.farid, "at": clock.now, "correction_reason": "other bag"}
    take_release_back(bag=bag, **facts)
    body = page(sign_in(cast.petra), bag).content.decode()
    assert "set apart" in body
    assert "drew 1.7 mL" not in body
    assert [figure for figure in figures_of(bag) if figure in body] == []


def test_a_label_that_is_no_longer_right_asks_to_be_replaced(cast, clock, sign_in):
    bag = released(cast, clock)
    printed(cast, clock, bag)
    patient = bag.cycle.patient
    patient.family_name = "Corrected"
    patient.save()
    body = page(sign_in(cast.tom), bag).content.decode()
    assert "no longer right: name" in body


def test_the_preview_is_no_label(cast, clock, sign_in):
    body = page(sign_in(cast.nadia), released(cast, clock)).content.decode()
    assert "PREVIEW, not a label" in body
    assert "DO NOT FLUSH" in body
    assert '<svg class="label-code"' not in body
    assert "The pharmacy prints the label." in body


def test_a_nurse_does_not_print(cast, clock, sign_in):
    answer = send(sign_in(cast.nadia), released(cast, clock))
    assert answer.status_code == 422
    assert not LabelPrint.objects.exists()


def test_nobody_of_another_team_sees_the_label(cast, clock, sign_in):
    assert page(sign_in(cast.outsider), released(cast, clock)).status_code == 404


def test_without_pango_the_page_says_what_to_install_and_nothing_is_recorded(
    cast, clock, sign_in, monkeypatch
):
    monkeypatch.setattr(label_pdf, "_weasyprint", lambda: None)
    bag, client = released(cast, clock), sign_in(cast.tom)
    assert "libpango-1.0-0" in page(client, bag).content.decode()
    answer = send(client, bag)
    assert answer.status_code == 422
    assert "libpango-1.0-0" in answer.content.decode()
    assert not LabelPrint.objects.exists()


@pytest.mark.pango
def test_what_does_not_fit_was_not_printed(cast, clock, sign_in):
    bag, client = released(cast, clock), sign_in(cast.tom)
    patient = bag.cycle.patient
    patient.family_name, patient.given_name = "Aaaa " * 24, "Bbbb " * 24
    patient.save()
    answer = send(client, bag)
    assert answer.status_code == 422
    assert "Print the A4 sheet" in answer.content.decode()
    assert not LabelPrint.objects.exists()


def test_a_bag_page_leads_to_its_label(cast, clock, sign_in):
    bag = released(cast, clock)
    body = sign_in(cast.tom).get(reverse("infusions:bag", args=[bag.uuid])).content.decode()
    assert reverse("infusions:label", args=[bag.uuid]) in body
