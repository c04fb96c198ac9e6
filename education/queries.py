"""What was taught, by whom to whom, and what is still to teach before going home."""

from dataclasses import dataclass

from django.http import Http404

from education.lessons import Lesson, all_lessons
from education.models import Learner, TeachBack
from patients.queries import visible_to


@dataclass(frozen=True)
class ToTeach:
    """One skill one person has not passed in this cycle; `learner` None: nobody is named yet."""

    learner: Learner | None
    lesson: Lesson

    def __str__(self) -> str:
        return f"{self.learner.name}: {self.lesson.title}" if self.learner else self.lesson.title


def learners_of(patient) -> list[Learner]:
    return list(patient.learners.filter(is_active=True).order_by("pk"))


def teach_backs_of(patient, cycle=None):
    """Every teach-back, newest first, corrected ones too."""
    found = TeachBack.objects.filter(learner__patient=patient)
    if cycle is not None:
        found = found.filter(cycle=cycle)
    return found.select_related("learner", "recorded_by", "corrected_by", "cycle").order_by(
        "-taught_at", "-pk"
    )


def newest_by_skill(patient, cycle) -> dict[tuple[int, str], TeachBack]:
    """The newest current teach-back of each (learner, skill) in this cycle."""
    newest: dict[tuple[int, str], TeachBack] = {}
    if cycle is not None:
        for row in teach_backs_of(patient, cycle).filter(corrected_by=None):
            newest.setdefault((row.learner_id, row.skill), row)
    return newest


def still_to_teach(patient, cycle) -> list[ToTeach]:
    """Skills not passed in this cycle, for each person at home. Empty: teaching is complete."""
    learners, lessons = learners_of(patient), all_lessons().values()
    if not learners:
        return [ToTeach(None, lesson) for lesson in lessons]
    newest = newest_by_skill(patient, cycle)
    return [
        ToTeach(learner, lesson)
        for learner in learners
        for lesson in lessons
        if not is_passed(newest.get((learner.pk, lesson.key)))
    ]


def is_passed(row: TeachBack | None) -> bool:
    return row is not None and row.outcome == TeachBack.Outcome.PASSED


@dataclass(frozen=True)
class GridRow:
    learner: Learner
    cells: list[tuple[Lesson, TeachBack | None]]


def grid_of(patient, cycle) -> list[GridRow]:
    """Learner by skill, with the newest current teach-back in each cell."""
    newest = newest_by_skill(patient, cycle)
    return [
        GridRow(
            learner,
            [(lesson, newest.get((learner.pk, key))) for key, lesson in all_lessons().items()],
        )
        for learner in learners_of(patient)
    ]


def get_teach_back_for(user, uuid) -> TeachBack:
    return found(
        TeachBack.objects.filter(
            uuid=uuid, learner__patient__in=visible_to(user).values("pk")
        ).select_related("learner__patient__care_team__site", "cycle")
    )


def get_learner_for(user, uuid) -> Learner:
    return found(
        Learner.objects.filter(uuid=uuid, patient__in=visible_to(user).values("pk")).select_related(
            "patient__care_team__site"
        )
    )


def found(rows):
    row = rows.first()
    if row is None:
        raise Http404
    return row
