"""What is typed about teaching."""

from django import forms
from django.utils.translation import gettext_lazy as _

from commands.fields import LocalTimeField
from commands.forms import CommandForm
from education.lessons import all_lessons
from education.models import Learner, TeachBack
from patients.languages import LANGUAGES


class LearnerForm(CommandForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    relation = forms.CharField(
        label=_("Who they are"), max_length=60, help_text=_("For example: patient, mother, partner")
    )
    language = forms.ChoiceField(label=_("Language"), choices=list(LANGUAGES.items()))


class EditLearnerForm(LearnerForm):
    is_active = forms.BooleanField(label=_("Helps at home and must know"), required=False)

    def __init__(self, *args, language: str = "en", **kwargs):
        super().__init__(*args, **kwargs)
        names = {**LANGUAGES, language: LANGUAGES.get(language, language)}
        self.fields["language"].choices = list(names.items())


class AnswerForm(CommandForm):
    """What was heard and seen; the shared part of recording and correcting."""

    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=TeachBack.Outcome.choices, widget=forms.RadioSelect
    )
    in_own_words = forms.CharField(
        label=_("What they said or showed"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    interpreter_used = forms.BooleanField(
        label=_("Taught in their language (interpreter or teacher)"), required=False
    )

    def __init__(self, *args, zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["taught_at"] = LocalTimeField(zone=zone, label=_("Taught at"))


class TeachForm(AnswerForm):
    learner = forms.ModelChoiceField(label=_("Who"), queryset=Learner.objects.none())
    skill = forms.ChoiceField(label=_("Lesson"), widget=forms.RadioSelect)

    def __init__(self, *args, patient, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["learner"].queryset = patient.learners.filter(is_active=True).order_by("pk")
        self.fields["skill"].choices = [(k, one.title) for k, one in all_lessons().items()]
        self.order_fields(["learner", "skill"])


class CorrectTeachBackForm(AnswerForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["correction_reason"] = forms.CharField(
            label=_("Why is this corrected?"), widget=forms.Textarea(attrs={"rows": 2})
        )
