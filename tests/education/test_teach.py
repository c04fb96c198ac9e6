import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from audit.models import Event
from education.models import TeachBack
from education.queries import still_to_teach
from tests.education.builders import mother, planned_cycle, teach_form
from tests.factories import key, make_patient

pytestmark = pytest.mark.django_db


def page_of(patient) -> str:
    return reverse("education:teach", args=[patient.uuid])


@pytest.fixture
def taught(cast, sign_in):
    """A cycle, the mother, and a client of the ward nurse who teaches."""
    cycle = planned_cycle(cast)
    return cycle, mother(cast, cycle.patient), sign_in(cast.nadia)


def test_a_passed_teach_back_is_recorded_with_assessor_and_lesson_version(cast, taught):
    cycle, marta, client = taught
    client.post(page_of(cycle.patient), teach_form(marta))
    row = TeachBack.objects.get()
    assert (row.recorded_by, row.lesson_version, row.outcome) == (cast.nadia, 1, "passed")
    assert Event.objects.filter(verb="taught").count() == 1


def test_what_is_still_to_teach_shrinks_with_each_pass(taught):
    cycle, marta, client = taught
    assert len(still_to_teach(cycle.patient, cycle)) == 3
    for skill in ("pump_alarms", "early_signs", "line_care"):
        client.post(page_of(cycle.patient), teach_form(marta, skill=skill))
    assert still_to_teach(cycle.patient, cycle) == []


def test_repeat_leaves_the_skill_still_to_teach(taught):
    cycle, marta, client = taught
    client.post(page_of(cycle.patient), teach_form(marta, outcome="repeat", in_own_words=""))
    assert "Marta: The pump" in " ".join(map(str, still_to_teach(cycle.patient, cycle)))


def test_a_newer_repeat_outweighs_an_older_pass(taught):
    cycle, marta, client = taught
    client.post(page_of(cycle.patient), teach_form(marta, taught_at="2027-01-04 08:00"))
    client.post(page_of(cycle.patient), teach_form(marta, outcome="repeat"))
    assert len(still_to_teach(cycle.patient, cycle)) == 3


def test_nobody_named_means_everything_is_still_to_teach(cast):
    cycle = planned_cycle(cast)
    left = still_to_teach(cycle.patient, cycle)
    assert [item.learner for item in left] == [None, None, None]


def test_an_earlier_cycle_does_not_count(cast, taught):
    cycle, marta, client = taught
    client.post(page_of(cycle.patient), teach_form(marta))
    cycle.state = "discontinued"
    cycle.save()
    second = planned_cycle(cast, cycle.patient, number=2)
    assert len(still_to_teach(cycle.patient, second)) == 3


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"in_own_words": ""}, "in_own_words"),
        ({"taught_at": "2027-01-04 10:30"}, "taught_at"),
        ({"skill": "juggling"}, "skill"),
        ({"outcome": ""}, "outcome"),
    ],
)
def test_bad_input_is_said_beside_the_field(taught, change, field):
    cycle, marta, client = taught
    answer = client.post(page_of(cycle.patient), teach_form(marta, **change))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not TeachBack.objects.exists()


def test_another_language_needs_an_interpreter_to_pass(cast, taught):
    cycle, _marta, client = taught
    rosa = mother(cast, cycle.patient, name="Rosa", language="es")
    answer = client.post(page_of(cycle.patient), teach_form(rosa))
    assert "interpreter_used" in answer.context["form"].errors
    client.post(page_of(cycle.patient), teach_form(rosa, interpreter_used="on"))
    assert TeachBack.objects.get().interpreter_used


def test_without_a_cycle_nothing_can_be_recorded(cast, sign_in):
    patient = make_patient(cast)
    answer = sign_in(cast.nadia).post(page_of(patient), teach_form(mother(cast, patient)))
    assert answer.status_code == 422
    assert answer.context["stops"][0].code == "teach_back.no_cycle"


def test_somebody_elses_mother_cannot_be_chosen(cast, taught):
    cycle, _marta, client = taught
    stranger = mother(cast, make_patient(cast))
    answer = client.post(page_of(cycle.patient), teach_form(stranger))
    assert "learner" in answer.context["form"].errors


def test_a_child_is_taught_in_the_words_for_families(cast, sign_in):
    child = make_patient(cast, born="2019-03-05")
    child.refresh_from_db()
    mother(cast, child)
    assert "pump_alarms/?for=family" in sign_in(cast.nadia).get(page_of(child)).content.decode()


def test_a_case_manager_may_not_teach(cast, sign_in):
    assert sign_in(cast.carla).get(page_of(make_patient(cast))).status_code == 403


@pytest.mark.parametrize("who", ["outsider", "twin_nurse"])
@pytest.mark.parametrize("name", ["teach", "add_learner"])
def test_outsiders_get_404(cast, sign_in, who, name):
    url = reverse(f"education:{name}", args=[make_patient(cast).uuid])
    assert sign_in(getattr(cast, who)).get(url).status_code == 404


def test_a_correction_counts_and_the_first_entry_stays_visible(taught):
    cycle, marta, client = taught
    client.post(page_of(cycle.patient), teach_form(marta))
    url = reverse("education:correct_teach_back", args=[TeachBack.objects.get().uuid])
    form = teach_form(marta, outcome="repeat", correction_reason="Wrong person")
    client.post(url, form)
    assert len(still_to_teach(cycle.patient, cycle)) == 3
    page = client.get(page_of(cycle.patient)).content.decode()
    assert "is-corrected" in page and "Correction: Wrong person" in page


def test_outsiders_cannot_correct(cast, taught, sign_in):
    cycle, marta, client = taught
    client.post(page_of(cycle.patient), teach_form(marta))
    url = reverse("education:correct_teach_back", args=[TeachBack.objects.get().uuid])
    assert sign_in(cast.twin_nurse).get(url).status_code == 404


def test_a_person_to_teach_is_added_once(cast, sign_in):
    patient = make_patient(cast)
    url = reverse("education:add_learner", args=[patient.uuid])
    client = sign_in(cast.nadia)
    form = {"name": "Marta", "relation": "mother", "language": "en"}
    client.post(url, form | {"idempotency_key": key()})
    answer = client.post(url, form | {"idempotency_key": key()})
    assert "name" in answer.context["form"].errors
    assert patient.learners.count() == 1


def test_somebody_who_no_longer_helps_is_set_aside_and_kept(cast, taught):
    cycle, marta, client = taught
    form = {"idempotency_key": key(), "name": "Marta", "relation": "mother", "language": "en"}
    client.post(reverse("education:edit_learner", args=[marta.uuid]), form)
    marta.refresh_from_db()
    assert not marta.is_active
    assert Event.objects.get(verb="edited_learner").before["is_active"] is True


@pytest.mark.engine
def test_the_database_itself_refuses_to_rewrite_a_teach_back(taught):
    cycle, marta, client = taught
    client.post(page_of(cycle.patient), teach_form(marta))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute("UPDATE education_teachback SET outcome='passed'")
    assert TeachBack.objects.count() == 1
