from django import forms
from django.utils.translation import gettext_lazy as _

from commands.forms import SignedForm
from infusions.plans.proposals import NOT_STARTED
from infusions.plans.words import GOAL_NAMES, moment_of
from protocol.planner_case import GOALS

ANY = "any"


class AcceptPlanForm(SignedForm):
    """`digest` binds the plan that was on the page."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)


class WhatIfForm(forms.Form):
    """Asks for another plan by address; saves nothing."""

    start = forms.CharField(
        label=_("Start"),
        required=False,
        help_text=_("Local time, such as 2027-01-05 10:00."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-when": ""}),
    )
    hang = forms.CharField(
        label=_("Hang the next bag"),
        required=False,
        help_text=_("Local time, such as 2027-01-15 16:45. Empty: when the plan says."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-when": ""}),
    )
    length = forms.ChoiceField(label=_("Length of the next bag"), required=False)
    leaves = forms.CharField(
        label=_("Goes home"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-when": ""}),
    )
    ward = forms.ChoiceField(label=_("Longest bag on the ward"), required=False)
    home = forms.ChoiceField(label=_("Longest bag at home"), required=False)
    goal_1 = forms.ChoiceField(label=_("First goal"), choices=GOAL_NAMES.items())
    goal_2 = forms.ChoiceField(label=_("Second goal"), choices=GOAL_NAMES.items())
    goal_3 = forms.ChoiceField(label=_("Third goal"), choices=GOAL_NAMES.items())
    goal_4 = forms.ChoiceField(label=_("Fourth goal"), choices=GOAL_NAMES.items())

    def __init__(self, *args, shown, typed, **kwargs):
        initial = initial_of(shown) | {
            name: typed[name] for name in self.base_fields if name in typed
        }
        super().__init__(*args, initial=initial, auto_id="wish-%s", **kwargs)
        hours = sorted({row.hours for row in shown.subject.rules.durations})
        lengths = [(str(one), _("%(hours)s h") % {"hours": one}) for one in hours]
        self.fields["length"].choices = [("", _("The best")), *lengths]
        self.fields["leaves"].help_text = leaves_words(shown)
        for name, setting in (("ward", "inpatient"), ("home", "home")):
            own = shown.subject.site.bag_hours[setting]
            first = ("", _("%(hours)s h, as the site has it") % {"hours": own})
            self.fields[name].choices = [first, *lengths, (ANY, _("Any length of the label"))]
        for name in fields_without_use(shown):
            del self.fields[name]


def fields_without_use(shown) -> set[str]:
    cycle, unused = shown.cycle, set()
    if shown.subject.home_from_hour is None:
        unused |= {"home"}
    if cycle.state in NOT_STARTED:
        unused |= {"hang", "length"}
    else:
        unused |= {"start"}
    if cycle.responsible_setting == "home":
        unused |= {"leaves"}
    return unused


def leaves_words(shown) -> str:
    home_from = shown.cycle.home_from_hour
    if home_from is None:
        return _(
            "Local time, counted in full hours of infusion. Empty: stays in hospital to the end."
        )
    words = _("Local time, counted in full hours of infusion. Empty: as planned, %(at)s.")
    return words % {"at": moment_of(shown.case.local(home_from * 60))}


def initial_of(shown) -> dict:
    """What the plan on the page was asked for."""
    wish, longest = shown.what_if.wish, {}
    for name, setting in (("ward", "inpatient"), ("home", "home")):
        if setting in wish.longest:
            longest[name] = str(wish.longest[setting] or ANY)

    def typed(moment) -> str:
        return f"{moment.astimezone(shown.case.zone):%Y-%m-%d %H:%M}" if moment else ""

    goals = {f"goal_{n}": goal for n, goal in enumerate(shown.case.goals or GOALS, 1)}
    start = f"{shown.case.local(0):%Y-%m-%d %H:%M}" if not shown.case.delivered_minutes else ""
    moments = {"start": start, "hang": typed(shown.what_if.hang), "leaves": typed(wish.leaves)}
    return {**moments, "length": str(shown.what_if.length or ""), **longest, **goals}
