import re

import pytest
from django.urls import reverse

from education.lessons import SKILLS, all_lessons
from tests.education.builders import caregiver_of
from tests.factories import make_patient


def test_every_skill_has_a_lesson_with_a_version_for_adults_and_for_families():
    for key in SKILLS:
        lesson = all_lessons()[key]
        assert lesson.key == key and lesson.version >= 1
        for words in (lesson.adult, lesson.family):
            assert words.for_whom and words.points and words.say_back


def test_the_family_version_is_not_the_adult_one():
    for lesson in all_lessons().values():
        assert lesson.adult.points != lesson.family.points


def test_lessons_hold_no_figures_of_their_own():
    for lesson in all_lessons().values():
        for words in (lesson.adult, lesson.family):
            assert not re.search(r"\d", " ".join([*words.points, *words.say_back]))


@pytest.mark.django_db
@pytest.mark.parametrize("variant", ["adult", "family"])
def test_a_lesson_page_shows_its_points_and_can_be_printed(cast, sign_in, variant):
    url = reverse("education:lesson", args=["line_care"]) + f"?for={variant}"
    page = sign_in(cast.nadia).get(url).content.decode()
    assert all_lessons()["line_care"].words_for(variant).for_whom.replace("'", "&#x27;") in page
    assert "data-print" in page
    assert "Not clinically reviewed yet" in page


@pytest.mark.django_db
def test_the_list_names_every_lesson(cast, sign_in):
    page = sign_in(cast.nadia).get(reverse("education:lessons")).content.decode()
    assert all(lesson.title in page for lesson in all_lessons().values())


@pytest.mark.django_db
def test_an_unknown_lesson_is_404(cast, sign_in):
    assert sign_in(cast.nadia).get(reverse("education:lesson", args=["x"])).status_code == 404


@pytest.mark.django_db
def test_a_caregiver_sees_the_number_to_call_on_the_lesson(cast, sign_in):
    person = caregiver_of(cast, make_patient(cast))
    page = sign_in(person).get(reverse("education:lesson", args=["early_signs"]))
    assert "tel:+1 555 0100" in page.content.decode()


@pytest.mark.django_db
def test_lessons_ask_for_a_sign_in(client):
    assert client.get(reverse("education:lessons")).status_code == 302
