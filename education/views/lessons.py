"""Lessons to read, to show and to print; and the page of the people at home."""

from django.http import Http404
from django.shortcuts import render

from audit.actions import record_look
from clock.now import now
from display.live import page_or_part
from education.lessons import all_lessons, variant_for
from education.today import today_of
from patients.queries import visible_to
from teams.permissions import Permission, can
from teams.routes import route


@route(Permission.SIGNED_IN, methods=("GET", "HEAD"))
def lessons(request):
    return render(request, "education/lessons.html", {"lessons": all_lessons().values()})


@route(Permission.SIGNED_IN, methods=("GET", "HEAD"))
def lesson(request, key):
    """`?for=family` shows the version of a child's family."""
    found = all_lessons().get(key)
    if found is None:
        raise Http404
    variant = "family" if request.GET.get("for") == "family" else "adult"
    site = own_site(request.user)
    context = {
        "lesson": found,
        "variant": variant,
        "words": found.words_for(variant),
        "phone": site.phone_24h if site else "",
    }
    return render(request, "education/lesson.html", context)


def own_site(user):
    """The site whose number a patient or caregiver calls; None for staff."""
    if not can(user, Permission.SEE_OWN_INFUSION):
        return None
    patient = visible_to(user).select_related("care_team__site").first()
    return patient.care_team.site if patient else None


@route(Permission.SEE_OWN_INFUSION, methods=("GET", "HEAD"))
def today(request):
    """Is it running, when is the next change, whom to call."""
    own = visible_to(request.user).select_related("care_team__site").distinct().order_by("pk")
    people, at = [], now()
    for patient in own:
        if "X-Live" not in request.headers:
            record_look(patient=patient, by=request.user, what="education:today")
        people.append(
            {
                "patient": patient,
                "site": patient.care_team.site,
                "today": today_of(patient, at),
                "lessons": all_lessons().values(),
                "variant": variant_for(patient, on=at.date()),
            }
        )
    return page_or_part(
        request,
        page="education/today.html",
        part="education/_today.html",
        context={"people": people},
        at=at,
    )
