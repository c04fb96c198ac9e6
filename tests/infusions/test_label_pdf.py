"""The label as it comes out of the printer: drawn, read back by eye and by scanner."""

import pytest

from display.formats import amount
from infusions.labels.pdf import pdf_of
from infusions.labels.sheet import moment
from protocol.stops import HardStop
from tests.infusions.labels import printed, seen
from tests.infusions.planning import released

pytestmark = pytest.mark.pango
PAPERS = [("thermal", (100, 50)), ("a4", (210, 297))]
EDGE = 1.4  # mm


@pytest.mark.parametrize(("paper", "size"), PAPERS)
def test_a_label_has_the_size_of_its_paper_and_stays_inside(cast, clock, paper, size):
    page = seen(printed(cast, clock, paper=paper))
    assert page.size == size
    assert page.margin >= EDGE


@pytest.mark.parametrize("paper", ["thermal", "a4"])
def test_a_scanner_reads_the_bag_code_as_gs1(cast, clock, paper):
    label = printed(cast, clock, paper=paper)
    (code,) = seen(label).codes
    assert code.symbology_identifier == "]d2"
    assert code.text == f"(91){label.bag.code}"


@pytest.mark.parametrize("paper", ["thermal", "a4"])
def test_everything_a_label_has_to_say_is_on_it(cast, clock, paper):
    bag = released(cast, clock)
    text = seen(printed(cast, clock, bag, paper=paper)).text
    patient, zone = bag.cycle.patient, "America/New_York"
    total = bag.planned.plan.bags.count()
    for said in (
        f"{patient.family_name}, {patient.given_name}",
        "01 May 1980",
        patient.record_number,
        "blinatumomab",
        f"{amount(bag.drug_mcg, 'mcg')} in bag 1 of {total}",
        f"{amount(bag.dose_mcg_per_day, 'mcg/day')}",
        f"{amount(bag.rate_ml_per_h, 'mL/h')} for {bag.bag_hours} h",
        f"Infuse {amount(bag.infused_ml, 'mL')} of {amount(bag.made_ml, 'mL')}",
        f"Prepared {moment(bag.prepared_at, zone)} by Tom Tech",
        "Mon 4 Jan 2027 10:00 EST",
        f"DISCARD AFTER {moment(bag.discard_after, zone)}",
        "Keep at 2-8 °C",
        "Once out: 48 h, infusion included",
        "DO NOT FLUSH",
        "do not refrigerate again",
        "No preservative",
        "Use an in-line filter",
        "Checked by Farid Pharma",
        "TRAINING, never for a patient",
        bag.code,
    ):
        assert said.replace("\u00a0", " ") in text.replace("\u00a0", " "), said


def test_the_first_label_is_no_reprint_and_the_next_says_which_and_why(cast, clock):
    first = printed(cast, clock)
    assert "REPRINT" not in seen(first).text
    again = printed(cast, clock, first.bag, reason="smeared by rain")
    assert "REPRINT 1: smeared by rain" in seen(again).text


def test_a_preserved_bag_says_so_and_leaves_an_unknown_filter_to_the_pharmacy(cast, clock):
    label = printed(cast, clock)
    label.content |= {"preservative": True, "filter_required": None, "storage": "room"}
    text = seen(label).text
    assert "With preservative" in text
    assert "Filter: ask pharmacy" in text
    assert "Keep at room temperature" in text


def test_a_set_that_is_for_patients_has_no_training_mark(cast, clock):
    label = printed(cast, clock)
    label.content |= {"is_training": False}
    assert "TRAINING" not in seen(label).text


def test_the_name_may_have_the_capitals_of_the_site(cast, clock, settings):
    settings.LABEL_DRUG_NAME = "BLINatumomab"
    assert "BLINatumomab" in seen(printed(cast, clock)).text


LONG = {
    "family_name": "Wolfeschlegelstein-Bergerdorff",
    "given_name": "Maria Guadalupe Concepcion",
    "record_number": "2027-0001-HOSP-889912",
    "prepared_by": "Bartholomew Featherstonehaugh",
    "checked_by": "Anastasia Papadimitropoulou",
    "dose_mcg_per_day": "23.75",
    "infused_ml": "172.80",
    "of": 28,
    "n": 28,
}


@pytest.mark.parametrize("paper", ["thermal", "a4"])
def test_long_names_are_printed_in_full(cast, clock, paper):
    label = printed(cast, clock, paper=paper)
    label.content |= LONG
    page = seen(label)
    for name in ("family_name", "given_name", "record_number", "prepared_by", "checked_by"):
        assert LONG[name] in page.text.replace("\ufffe ", "-").replace("\ufffe", "-")
    assert page.margin >= EDGE
    assert len(page.codes) == 1


def test_what_does_not_fit_is_refused_and_fits_on_a4(cast, clock):
    label = printed(cast, clock)
    label.content |= {"family_name": "Aaaa " * 24, "given_name": "Bbbb " * 24}
    with pytest.raises(HardStop) as caught:
        pdf_of(label)
    assert caught.value.stops[0].code == "label.does_not_fit"
    label.paper = "a4"
    assert seen(label).margin >= EDGE


def test_a_label_is_drawn_without_the_typeface_of_the_pages(cast, clock, settings):
    settings.HAS_FONT = False
    page = seen(printed(cast, clock))
    assert page.margin >= EDGE
    assert "DO NOT FLUSH" in page.text
