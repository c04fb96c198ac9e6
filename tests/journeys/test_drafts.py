"""What was typed into a long form is still there after another page, and gone with who typed it."""

import pytest

from tests.journeys.bench import adult_cycle, set_site

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ENROL = "/patients/enrol/"
KEPT = "Object.keys(sessionStorage).filter((key) => key.startsWith('draft:')).length"


def typed(bench):
    desk = bench.at("carla")
    desk.open(ENROL)
    desk.fill(family_name="Aurelio", address="Lake Street 1", sex="female", interpreter_needed=True)
    desk.open("/board/")
    return desk


def test_a_draft_comes_back_and_can_be_discarded(bench):
    desk = typed(bench)
    desk.open(ENROL)
    desk.sees("Draft from", "Nothing of it is saved yet")
    assert desk.page.input_value("[name=family_name]") == "Aurelio"
    assert desk.page.input_value("[name=address]") == "Lake Street 1"
    assert desk.page.is_checked("[name=sex][value=female]")
    assert desk.page.is_checked("[name=interpreter_needed]")
    desk.page.click("[data-draft-discard]")
    assert desk.page.input_value("[name=family_name]") == ""
    desk.open(ENROL)
    assert not desk.page.is_visible("[data-draft-notice]")


def test_a_saved_form_leaves_no_draft(bench):
    desk = typed(bench)
    desk.open(ENROL)
    desk.fill(given_name="Tansy", record_number="TST-1", birth_date="1988-09-02")
    desk.send()
    assert desk.page.evaluate(KEPT) == 1  # refused: allergies were not stated
    desk.fill(allergy_status="none_known")
    desk.send()
    desk.sees("No cycle yet")
    assert desk.page.evaluate(KEPT) == 0


def test_drafts_go_with_whoever_signs_out(bench):
    desk = typed(bench)
    assert desk.page.evaluate(KEPT) == 1
    desk.page.locator("form[action$='/logout/'] button").first.click()
    desk.page.wait_for_url("**/login/**")
    assert desk.page.evaluate(KEPT) == 0


def test_a_draft_of_somebody_else_is_not_shown_and_goes(bench):
    desk = typed(bench)
    desk.page.evaluate(
        "const [key] = Object.keys(sessionStorage).filter((one) => one.startsWith('draft:'));"
        "sessionStorage.setItem(key.replace(/:[^:]*:/, ':somebody:'), sessionStorage[key]);"
        "sessionStorage.removeItem(key);"
    )
    desk.open(ENROL)
    assert desk.page.input_value("[name=family_name]") == ""
    assert desk.page.evaluate(KEPT) == 0


def test_a_password_and_a_tick_that_signs_are_never_kept(bench):
    desk = bench.at("carla")
    desk.open(ENROL)
    desk.page.evaluate(
        "const form = document.querySelector('[data-draft-notice]').closest('form');"
        'form.insertAdjacentHTML(\'beforeend\', \'<input type="password" name="password">'
        '<input type="checkbox" name="hood_confirmed">\')'
    )
    desk.fill(family_name="Aurelio", password="not-for-keeping", hood_confirmed=True)
    kept = desk.page.evaluate("JSON.stringify(sessionStorage)")
    assert "Aurelio" in kept
    assert "not-for-keeping" not in kept and "hood_confirmed" not in kept


@pytest.mark.parametrize("width", [1024, 1280, 390])
def test_every_column_of_the_plan_is_in_sight(bench, width):
    set_site(bench.cast)
    desk = bench.at("farid")
    desk.page.set_viewport_size({"width": width, "height": 900})
    bench.plan(adult_cycle(bench.cast))
    table = "document.querySelector('.plan-table').parentElement"
    assert desk.page.evaluate(f"{table}.scrollWidth <= {table}.clientWidth")
    assert desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_on_a_phone_the_patient_stays_in_sight_in_two_lines(bench):
    set_site(bench.cast)
    cycle = adult_cycle(bench.cast)
    desk = bench.at("nadia")
    desk.page.set_viewport_size({"width": 390, "height": 844})
    desk.open(f"/chart/{cycle.patient.uuid}/")
    desk.page.evaluate("window.scrollTo(0, 600)")
    head = desk.page.locator(".patient-head")
    assert head.bounding_box()["height"] < 112  # two lines, and its alerts
    assert head.bounding_box()["y"] >= 0
    said = head.inner_text()
    for words in ("Walker", "01 May 1980", cycle.patient.record_number, "No known allergies"):
        assert words in said
