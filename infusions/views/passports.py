"""Label sets: the list, one set, one row; adopting, reading, deciding, a site's own rows."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from clock.now import now
from commands.perform import perform
from infusions.actions import passports as actions
from infusions.forms.passports import (
    OWN_FORMS,
    AdoptForm,
    DecideForm,
    ReadRowForm,
    ReasonForm,
)
from infusions.models import RowPassport
from infusions.passports import changes, pages, sets, words
from infusions.passports.rows import known_label, passport_of, row_of
from protocol import label
from protocol.label_rows import Status
from teams.models import Site
from teams.permissions import Permission, can
from teams.queries import get_site_for, sites_of
from teams.routes import route

READ_ONLY = ("GET", "HEAD")


@route(Permission.SEE_LABELS, methods=READ_ONLY)
def label_sets(request):
    context = {
        "jurisdictions": sets.by_jurisdiction(request.user),
        "sites": pages.site_lines(sites_of(request.user), request.user),
        "may_adopt": can(request.user, Permission.ADOPT_LABEL),
    }
    return render(request, "infusions/passport/sets.html", context)


@route(Permission.SEE_LABELS, methods=READ_ONLY)
def label_set(request, label_id):
    rules = known_label(request.user, label_id)
    context = {
        **pages.set_page(request.user, rules, wanted=request.GET.get("status", "")),
        "may_read": can(request.user, Permission.VERIFY_LABEL),
        "may_adopt": can(request.user, Permission.ADOPT_LABEL),
        "sites": sites_of(request.user),
    }
    return render(request, "infusions/passport/set.html", context)


@route(Permission.SEE_LABELS, methods=READ_ONLY)
def label_row(request, label_id, row_id):
    rules = known_label(request.user, label_id)
    context = pages.row_page(request.user, rules, row_id)
    return render(request, "infusions/passport/row.html", context)


@route(Permission.VERIFY_LABEL)
def read_row(request, label_id, row_id):
    """The values of the row are nowhere on this page: the reader types what the document says."""
    rules = known_label(request.user, label_id)
    place = row_of(request.user.organisation_id, label_id, row_id)
    if place.row.status in (Status.UNKNOWN, Status.TRAINING_COMPUTED):
        raise Http404
    initial = {"document": pages.last_document(request.user, label_id)}
    form = ReadRowForm(request.POST or None, row=place.row, initial=initial)
    statement = _("I read this row in the document named here, without the help of anybody else.")

    def page(*, form, stops=(), status=200):
        context = {
            "rules": rules,
            "place": place,
            "title": words.title_of(place.row),
            "table": words.TABLES[pages.kind_of(place.row)],
            "form": form,
            "stops": stops,
            "statement": statement,
        }
        return render(request, "infusions/passport/read.html", context, status=status)

    def effect(**given):
        facts = {"by": request.user, "at": now(), "statement": statement}
        read = actions.read_row(label_id=label_id, row_id=row_id, **facts, **given)
        return address_of(read)

    return answered(request, form, page, effect, "read_row", place.passport or label_id)


@route(Permission.VERIFY_LABEL)
def decide_row(request, uuid):
    passport = passport_of(request.user, uuid)
    if passport.state != RowPassport.State.DIFFER and request.method != "POST":
        raise Http404
    place = row_of(request.user.organisation_id, passport.label_id, passport.row_id)
    form = DecideForm(request.POST or None, version=passport.version)
    statement = _("I read this row in the document myself and decide between the two readings.")

    def page(*, form, stops=(), status=200):
        context = {
            **pages.readings_page(passport, place.row),
            "rules": label.load(passport.label_id),
            "form": form,
            "stops": stops,
            "statement": statement,
            "own": request.user.pk in (passport.first_reader_id, passport.second_reader_id),
        }
        return render(request, "infusions/passport/decide.html", context, status=status)

    def effect(**given):
        facts = {"by": request.user, "at": now(), "statement": statement}
        return address_of(actions.decide_row(passport=passport, **facts, **given))

    return answered(request, form, page, effect, "decided_row", passport)


@route(Permission.VERIFY_LABEL)
def withdraw_row(request, uuid):
    passport = passport_of(request.user, uuid)
    place = row_of(request.user.organisation_id, passport.label_id, passport.row_id)
    form = ReasonForm(request.POST or None, version=passport.version)
    statement = _("I withdraw this row. No bag is made from it until it was read again.")

    def page(*, form, stops=(), status=200):
        context = {
            "passport": passport,
            "rules": label.load(passport.label_id),
            "title": words.title_of(place.row),
            "form": form,
            "stops": stops,
            "statement": statement,
        }
        return render(request, "infusions/passport/withdraw.html", context, status=status)

    def effect(**given):
        facts = {"by": request.user, "at": now(), "statement": statement}
        return address_of(actions.withdraw_row(passport=passport, **facts, **given))

    return answered(request, form, page, effect, "withdrew_row", passport)


@route(Permission.VERIFY_LABEL)
def add_site_row(request, label_id, kind):
    rules = known_label(request.user, label_id)
    if kind not in OWN_FORMS or rules.is_training:
        raise Http404
    form = OWN_FORMS[kind](request.POST or None)
    statement = _("I read this row in our site's protocol and enter it. Another pharmacist "
                  "reads it before it counts.")  # fmt: skip

    def page(*, form, stops=(), status=200):
        context = {
            "rules": rules,
            "kind": kind,
            "table": words.TABLES[kind],
            "form": form,
            "stops": stops,
            "statement": statement,
        }
        return render(request, "infusions/passport/add.html", context, status=status)

    def effect(**given):
        facts = {"by": request.user, "at": now(), "statement": statement}
        return address_of(actions.add_site_row(label_id=label_id, kind=kind, **facts, **given))

    return answered(request, form, page, effect, "added_site_row", f"infusions.labelset:{label_id}")


@route(Permission.ADOPT_LABEL)
def adopt_label(request, uuid, label_id):
    site: Site = get_site_for(request.user, uuid)
    rules = known_label(request.user, label_id)
    form = AdoptForm(request.POST or None)
    statement = _("I adopt the label set %(set)s for %(site)s. Cycles are planned with it from now "
                  "on; running cycles keep theirs.")  # fmt: skip
    statement %= {"set": rules.title, "site": site}

    def page(*, form, stops=(), status=200):
        before = sets.adoption_of(site, is_training=rules.is_training)
        found = changes.diff(site.organisation_id, before.label_id, label_id) if before else ()
        context = {
            "site": site,
            "rules": rules,
            "before": before,
            "before_rules": label.load(before.label_id) if before else None,
            "changes": pages.change_lines(found),
            "concerned": changes.concerned(request.user, site, label_id),
            "line": sets.line_of(request.user, rules, []),
            "form": form,
            "stops": stops,
            "statement": statement,
        }
        return render(request, "infusions/passport/adopt.html", context, status=status)

    def effect(**given):
        facts = {"by": request.user, "at": now(), "statement": statement}
        actions.adopt_label(site=site, label_id=label_id, **facts, **given)
        return reverse("infusions:label_set", args=[label_id])

    return answered(request, form, page, effect, "adopted_label", site)


def address_of(passport: RowPassport) -> str:
    return reverse("infusions:label_row", args=[passport.label_id, passport.row_id])


def answered(request, form, page, effect, verb: str, subject):
    """GET shows the page; POST runs the one action."""
    if request.method != "POST":
        return page(form=form)
    if isinstance(subject, str) and ":" not in subject:
        subject = f"infusions.labelset:{subject}"
    said = _("Signed and saved.")
    return perform(
        request, form=form, effect=effect, page=page, verb=verb, subject=subject, said=said
    )
