"""What is typed about people, sites and care teams."""

from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from commands.fields import LocalTimeField
from commands.forms import CommandForm, SignedForm
from teams.models import Role, Site, User
from teams.plan_fields import DAYS_TEXT, LONGEST_HOURS, GoalsField, LineCareField
from teams.windows import DaysField, WindowsField


def zones() -> list[tuple[str, str]]:
    names = sorted(name for name in available_timezones() if "/" in name or name == "UTC")
    return [(name, name.replace("_", " ")) for name in names]


class PersonForm(CommandForm):
    first_name = forms.CharField(label=_("Given name"), max_length=150)
    last_name = forms.CharField(label=_("Family name"), max_length=150)
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    is_charge_nurse = forms.BooleanField(
        label=_("May act as charge nurse"), required=False, help_text=_("Nurses only.")
    )
    licence = forms.CharField(label=_("Licence number"), max_length=60, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)

    def clean(self):
        typed = super().clean()
        nurses = (Role.INFUSION_NURSE, Role.HOME_NURSE)
        if typed.get("is_charge_nurse") and typed.get("role") not in nurses:
            self.add_error("is_charge_nurse", _("Only a nurse can be charge nurse."))
        return typed


class InviteForm(PersonForm):
    username = forms.CharField(
        label=_("Sign-in name"), max_length=150, validators=[UnicodeUsernameValidator()]
    )
    field_order = ["first_name", "last_name", "username", "email", "role"]


class AccountStepForm(CommandForm):
    """The buttons of a person's page: one of three steps."""

    do = forms.ChoiceField(
        choices=[("disable", "disable"), ("enable", "enable"), ("link", "link")],
        widget=forms.HiddenInput,
    )


class OwnAccountForm(CommandForm):
    first_name = forms.CharField(label=_("Given name"), max_length=150)
    last_name = forms.CharField(label=_("Family name"), max_length=150)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    zone = forms.ChoiceField(
        label=_("Time zone"), required=False, help_text=_("Empty: that of your hospital.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["zone"].choices = [("", "–"), *zones()]


class TokenForm(SignedForm):
    pass


class RevokeForm(CommandForm):
    token_key = forms.CharField(max_length=40, widget=forms.HiddenInput)


class SiteForm(CommandForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    zone = forms.ChoiceField(label=_("Time zone"))
    phone_24h = forms.CharField(label=_("Phone, day and night"), max_length=40, required=False)
    preparation_days = forms.RegexField(
        regex=DAYS_TEXT,
        label=_("Days the pharmacy prepares"),
        help_text=_("As mon-fri or mon,wed,fri. Holidays are free."),
        error_messages={"invalid": _("Write the days as mon-fri or mon,wed,fri.")},
    )
    preparation_opens = forms.TimeField(
        label=_("Pharmacy's first preparation"),
        input_formats=["%H:%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"placeholder": "07:00"}),
        error_messages={"invalid": _("Give the time as 07:00.")},
    )
    preparation_cut_off = forms.TimeField(
        label=_("Pharmacy's last preparation"),
        input_formats=["%H:%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"placeholder": "17:00"}),
        error_messages={"invalid": _("Give the time as 17:00.")},
    )
    inpatient_windows = WindowsField(
        label=_("Bag changes on the ward"), help_text=_("One a line: mon-sun 00:00-23:59")
    )
    home_windows = WindowsField(
        label=_("Bag changes at home"), help_text=_("One a line: mon-fri 08:00-17:00")
    )
    holidays = DaysField(
        label=_("Holidays"), required=False, help_text=_("No home visits. One a line: 2026-12-25")
    )
    inpatient_bag_hours = forms.IntegerField(
        label=_("Longest bag on the ward, hours"), min_value=1, max_value=LONGEST_HOURS
    )
    home_bag_hours = forms.IntegerField(
        label=_("Longest bag at home, hours"),
        min_value=1,
        max_value=LONGEST_HOURS,
        help_text=_("The planner offers the lengths of the label's bag tables up to this one."),
    )
    max_cut_hours = forms.IntegerField(
        label=_("A bag may be stopped early at a dose step, discharge or the end, hours"),
        min_value=0,
        max_value=LONGEST_HOURS,
    )
    max_early_change_hours = forms.IntegerField(
        label=_("A bag may be changed early elsewhere, hours"),
        min_value=0,
        max_value=LONGEST_HOURS,
        help_text=_("0: a bag runs until it is empty."),
    )
    plan_goals = GoalsField(
        label=_("What a bag plan must be best at"),
        help_text=_(
            "Most important first, one a line, each of the four once, in the words they have here."
        ),
    )
    line_care_days = LineCareField(
        label=_("Line care, days after the last"),
        required=False,
        help_text=_("One a line, as: needle 6-8. It is put onto bag changes."),
    )
    new_bag_at_discharge = forms.BooleanField(
        label=_("A new bag is hung at discharge"), required=False
    )
    premedication_from_min = forms.IntegerField(
        label=_("Premedication, minutes before the start: from"),
        min_value=0,
        max_value=32_000,
        required=False,
        help_text=_("Both empty: as the label says."),
    )
    premedication_to_min = forms.IntegerField(
        label=_("Premedication, minutes before the start: to"),
        min_value=0,
        max_value=32_000,
        required=False,
    )

    def __init__(self, *args, site: Site | None = None, **kwargs):
        super().__init__(*args, initial=initial_of(site or Site()), **kwargs)
        self.fields["zone"].choices = zones()

    def clean(self):
        typed = super().clean()
        begin, end = typed.get("premedication_from_min"), typed.get("premedication_to_min")
        if (begin is None) != (end is None) and "premedication_to_min" not in self.errors:
            self.add_error("premedication_to_min", _("Give both ends of the window, or neither."))
        elif begin is not None and end is not None and end < begin:
            self.add_error("premedication_to_min", _("This must not be less than the first."))
        return typed

    def columns(self) -> dict:
        """The typed values as columns of Site."""
        typed = {k: v for k, v in self.values().items() if k != "version"}
        settings = ("inpatient", "home")
        windows = {name: typed.pop(f"{name}_windows") for name in settings}
        hours = {name: typed.pop(f"{name}_bag_hours") for name in settings}
        return {**typed, "change_windows": windows, "bag_hours": hours}


def initial_of(site: Site) -> dict:
    plain = ("name", "zone", "phone_24h", "preparation_cut_off", "holidays")
    plain += ("new_bag_at_discharge", "premedication_from_min", "premedication_to_min")
    plain += ("preparation_days", "preparation_opens", "plan_goals", "line_care_days")
    plain += ("max_cut_hours", "max_early_change_hours")
    values = {name: getattr(site, name) for name in plain}
    for name in ("inpatient", "home"):
        values[f"{name}_windows"] = site.change_windows.get(name, [])
        values[f"{name}_bag_hours"] = site.bag_hours.get(name)
    return values


class CareTeamForm(CommandForm):
    name = forms.CharField(label=_("Name"), max_length=120)


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, person: User) -> str:
        return f"{person} · {person.get_role_display()}"


class AddMemberForm(CommandForm):
    user = PersonChoice(label=_("Person"), queryset=User.objects.none())
    from_at = LocalTimeField(label=_("From"), required=False, help_text=_("Empty: from now on."))

    def __init__(self, *args, people, zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people
        self.fields["from_at"].zone = zone


class EndMembershipForm(CommandForm):
    membership = forms.IntegerField(widget=forms.HiddenInput)
    to_at = LocalTimeField(label=_("Until"), required=False, help_text=_("Empty: until now."))
    reason = forms.CharField(label=_("Why"), max_length=300, required=False)

    def __init__(self, *args, zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to_at"].zone = zone

    def clean_membership(self):
        membership = self.cleaned_data["membership"]
        if membership < 1:
            raise ValidationError(_("Choose the person again."))
        return membership
