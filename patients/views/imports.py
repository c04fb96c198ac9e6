"""Import in two steps: the file is read and shown; only the second step writes."""

from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.shortcuts import render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from clock.now import now
from commands.forms import CommandForm
from commands.perform import perform
from commands.refusals import refuse
from patients import queries
from patients.actions.history import tells_of_seizures
from patients.actions.imports import (
    enrolled_already,
    import_patient,
    newer_in_words,
    notes_on,
)
from patients.fhir import ImportedPatient, NotImportable, read_bundle
from patients.forms import again_fields
from patients.languages import language_name
from patients.views.people import chart_of
from protocol.stops import HardStop
from teams.models import CareTeam
from teams.permissions import Permission
from teams.routes import route

KEPT_S = 30 * 60
LARGEST_MB = 10


class UploadForm(forms.Form):
    care_team = forms.ModelChoiceField(label=_("Care team"), queryset=CareTeam.objects.none())
    file = forms.FileField(
        label=_("FHIR R4 bundle"),
        help_text=_("A JSON file with one patient, as the hospital system exports it."),
    )

    def __init__(self, *args, teams, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["care_team"].queryset = teams
        self.fields["care_team"].initial = teams.first()
        self.fields["care_team"].label_from_instance = lambda team: f"{team} · {team.site}"

    def clean_file(self):
        """The patient in the file; the text is kept for the second step."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_MB * 1024 * 1024:
            raise forms.ValidationError(
                _now("The file is larger than %(n)s MB. Export one patient only.")
                % {"n": LARGEST_MB}
            )
        self.content = file.read()
        team = self.cleaned_data.get("care_team")
        zone = team.site.zone if team else "UTC"
        try:
            return read_bundle(self.content, zone=zone)
        except NotImportable as error:
            raise forms.ValidationError(list(error.problems)) from error


class ConfirmForm(CommandForm):
    upload = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields |= again_fields()


def cache_key(request, upload) -> str:
    """Bound to the session: nobody else's second step can reach this file."""
    return f"fhir-upload:{request.session.session_key}:{upload}"


@route(Permission.ENROL)
def import_fhir(request):
    if "upload" in request.POST:
        return confirm(request)
    form = UploadForm(
        request.POST or None, request.FILES or None, teams=queries.teams_of(request.user)
    )
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "patients/import.html", {"form": form}, status=status)
    upload = str(uuid4())
    kept = {"content": form.content, "team": form.cleaned_data["care_team"].pk}
    cache.set(cache_key(request, upload), kept, KEPT_S)
    return preview(request, form=ConfirmForm(initial={"upload": upload}), kept=kept)


def kept_upload(request) -> dict | None:
    return cache.get(cache_key(request, request.POST.get("upload", "")))


def preview(request, *, form, kept: dict | None, stops=(), status=200):
    context = {"form": form, "stops": stops}
    if kept:
        team = queries.teams_of(request.user).get(pk=kept["team"])
        imported = read_bundle(kept["content"], zone=team.site.zone)
        context |= shown(request.user, imported, team=team)
        context["stops"] = [*stops, *context["found_stops"]]
    return render(request, "patients/import_preview.html", context, status=status)


def shown(user, imported: ImportedPatient, *, team) -> dict:
    known, stops = None, ()
    try:
        known = enrolled_already(imported=imported, organisation=team.site.organisation)
    except HardStop as refusal:
        stops = refusal.stops
    return {
        "imported": imported,
        "team": team,
        "known": known,
        "newer": newer_in_words(user, known, imported),
        "found_stops": stops,
        "spoken": language_name(imported.language),
        "notes": notes_on(imported, at=now()),
        "problems": [(*problem, tells_of_seizures(problem[0])) for problem in imported.problems],
    }


def confirm(request):
    kept = kept_upload(request)
    form = ConfirmForm(request.POST)

    def page(*, form, stops=(), status=200):
        return preview(request, form=form, kept=kept, stops=stops, status=status)

    def effect(version, upload, weight_kg_again, height_cm_again):
        if kept is None:
            refuse("import.gone", _now("The file was kept for 30 minutes. Choose the file again."))
        team = queries.teams_of(request.user).get(pk=kept["team"])
        imported = read_bundle(kept["content"], zone=team.site.zone)
        outcome = import_patient(
            imported=imported,
            by=request.user,
            at=now(),
            care_team=team,
            again={"weight_kg": weight_kg_again, "height_cm": height_cm_again},
        )
        cache.delete(cache_key(request, upload))
        messages.success(request, said(outcome))
        return chart_of(outcome.patient)

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="imported",
        subject="patients.patient:import",
    )


def said(outcome) -> str:
    if outcome.is_new:
        return _now("Imported.")
    if outcome.added:
        return _now("Enrolled already. Newer measurements were added.")
    return _now("Enrolled already. Nothing was changed.")
