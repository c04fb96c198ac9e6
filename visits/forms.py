from django import forms
from django.utils.translation import gettext_lazy as _

from commands.fields import LocalTimeField
from commands.forms import CommandForm
from visits.models import HomeVisit


class ScheduleForm(CommandForm):
    purpose = forms.ChoiceField(
        label=_("For"), choices=HomeVisit.Purpose.choices, widget=forms.RadioSelect
    )
    window_from = LocalTimeField(label=_("From"))
    window_to = LocalTimeField(label=_("To"))
    nurse = forms.ModelChoiceField(label=_("Home nurse"), queryset=None)
    note = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )
    knows_change_is_outside = forms.BooleanField(
        label=_("I know that no bag change is planned in this window"), required=False
    )

    def __init__(self, *args, nurses, zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["nurse"].queryset = nurses
        self.fields["window_from"].zone = zone
        self.fields["window_to"].zone = zone


class CorrectVisitForm(ScheduleForm):
    """What stands now, to be put right. Nobody but who schedules moves the window or the nurse."""

    arrived_at = LocalTimeField(label=_("Arrived"), required=False)
    step_back = forms.BooleanField(
        label=_("The last step was recorded in error: take it back"), required=False
    )
    correction_reason = forms.CharField(
        label=_("Why it is corrected"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, visit: HomeVisit, zone: str, **kwargs):
        super().__init__(*args, zone=zone, **kwargs)
        del self.fields["knows_change_is_outside"]
        self.fields["arrived_at"].zone = zone
        if visit.arrived_at is None:
            del self.fields["arrived_at"]


class StepForm(CommandForm):
    """Accept, arrive: nothing is typed."""


class ArriveForm(StepForm):
    """Recorded after its window, a visit is asked when the nurse came; else it is now."""

    def __init__(self, *args, zone: str, is_late: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if is_late:
            self.fields["arrived_at"] = LocalTimeField(zone=zone, label=_("When you arrived"))


class NoteForm(CommandForm):
    note = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )


class ReasonForm(CommandForm):
    reason = forms.CharField(label=_("Why"), max_length=180)
