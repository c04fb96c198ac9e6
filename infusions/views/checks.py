"""The second person: reads blind what went into a bag, then the label on it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_look
from clock.now import now
from commands.perform import perform
from infusions import check_turns, queries
from infusions.actions import checks, drawn_check, label_checks
from infusions.forms.checks import CheckDrawnForm, CheckLabelForm, ReadAgainForm
from infusions.models import Bag
from infusions.pharmacy import check_page, make_page
from infusions.pharmacy.make_steps import hands_of
from teams.permissions import Permission, can
from teams.routes import route


@route(Permission.COMPOUND)
def check_bag(request, uuid):
    """For the second person the blind check; for the maker, after a difference, the same once
    more."""
    bag = queries.get_bag_for(request.user, uuid)
    if bag.state == Bag.State.DISPUTED and request.method != "POST":
        return redirect("infusions:bag_dispute", bag.uuid)
    if bag.compounded_by_id == request.user.pk and check_turns.waits_for_maker(bag):
        return read_again(request, bag)
    form = CheckDrawnForm(request.POST or None, version=bag.version, subject=bag, user=request.user)
    statement = _("I read this bag independently, without seeing what was logged, and release it.")
    more = {
        "statement": statement,
        "own": check_turns.made(bag, request.user),
        "may_read": can(request.user, Permission.CHECK_BAG),
        "closed": checks.not_to_check(bag) if not check_turns.is_to_check(bag) else "",
        "waits_for_maker": check_turns.waits_for_maker(bag),
        "may_release_alone": may_release_alone(bag, request.user),
        "differed": bool(check_turns.open_differences(bag, check_turns.Stage.DRAWN)),
    }

    def effect(**given):
        check = checks.check_bag(bag=bag, by=request.user, at=now(), statement=statement, **given)
        return tell(request, check, here=reverse("infusions:check_bag", args=[bag.uuid]))

    return blind_page(request, bag, form, effect, "infusions/check_bag.html", **more)


def may_release_alone(bag, user) -> bool:
    return can(user, Permission.RELEASE_ALONE) and bag.state == Bag.State.MADE


def read_again(request, bag):
    form = ReadAgainForm(request.POST or None, version=bag.version, subject=bag, user=request.user)

    def effect(**given):
        check = checks.read_again(bag=bag, by=request.user, at=now(), **given)
        if check.agreed:
            messages.success(request, _("Saved. Now the second person reads the bag again."))
        elif check.too_fast:
            messages.error(request, too_fast())
        else:
            words = _("You read something else than you logged. Correct what was logged.")
            messages.error(request, words)
        return reverse("infusions:bag", args=[bag.uuid])

    return blind_page(request, bag, form, effect, "infusions/check/read_again.html")


@route(Permission.CHECK_BAG)
def check_drawn(request, uuid):
    """The same check in the hood, before the drug goes into the bag."""
    session = make_page.get_session_for(request.user, uuid)
    if check_turns.open_dispute(session) and request.method != "POST":
        return redirect("infusions:make_dispute", session.uuid)
    form = CheckDrawnForm(
        request.POST or None, version=session.version, subject=session, user=request.user
    )
    statement = _("I read lots and syringes myself, without seeing what the maker typed.")
    more = {
        **make_page.progress_of(session),
        "statement": statement,
        "own": request.user.pk in hands_of(session),
        "waits_for_maker": check_turns.waits_for_maker(session),
    }

    def effect(**given):
        check = drawn_check.check_drawn(
            session=session, by=request.user, at=now(), statement=statement, **given
        )
        return tell(request, check, here=reverse("infusions:check_drawn", args=[session.uuid]))

    return blind_page(request, session, form, effect, "infusions/make/check.html", **more)


@route(Permission.SEE_CHART)
def check_label(request, uuid):
    """Check 2: the label that sticks on the bag."""
    bag = queries.get_bag_for(request.user, uuid)
    if bag.state == Bag.State.DISPUTED and request.method != "POST":
        return redirect("infusions:bag_dispute", bag.uuid)
    form = CheckLabelForm(request.POST or None, version=bag.version, subject=bag, user=request.user)
    statement = _("I read the label on this bag myself; it is on the right bag.")
    more = {
        "statement": statement,
        "own": bag.compounded_by_id == request.user.pk,
        "may_read": check_turns.may_read_label(bag, request.user),
        "done": label_checks.checked_already(bag) if bag.label_checked_how else "",
        "printed": bag.labels.exists(),
    }

    def effect(**given):
        check = label_checks.check_label(
            bag=bag, by=request.user, at=now(), statement=statement, **given
        )
        return tell_label(request, check)

    return blind_page(request, bag, form, effect, "infusions/check/label.html", **more)


def blind_page(request, subject, form, effect, template: str, **more):
    """The shape of the blind forms: nothing but what was ordered stands on them."""

    def page(*, form, stops=(), status=200):
        context = {**check_page.about(subject), **check_page.ordered(subject, now()), **more}
        return render(request, template, context | {"form": form, "stops": stops}, status=status)

    if request.method != "POST":
        record_look(patient=subject.cycle.patient, by=request.user, what=template)
        return page(form=form)
    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="checked_bag",
        subject=subject,
        patient=subject.cycle.patient,
    )


def too_fast() -> str:
    return _("That was too fast to be a reading. Read the bag and type again.")


def tell(request, check, *, here: str) -> str:
    """Where to go after a reading. Never says which reading differs."""
    subject = check.bag or check.session
    if check.agreed and check.bag is None:
        messages.success(request, _("The readings agree. The drug may go into the bag."))
    elif check.agreed:
        messages.success(request, _("The readings agree. The bag is released."))
    elif check.too_fast:
        messages.error(request, too_fast())
        return here
    elif check_turns.open_dispute(subject):
        messages.error(
            request, _("The readings differ again. A third pharmacist reads it and decides.")
        )
        return here
    else:
        messages.error(request, differ())
        return here
    return check_page.home_of(subject)


def differ() -> str:
    return _("The readings do not agree. The maker reads again first, then you do.")


def tell_label(request, check) -> str:
    bag = check.bag
    if check.agreed:
        messages.success(request, _("The label agrees. The bag may leave the pharmacy."))
        return reverse("infusions:bag", args=[bag.uuid])
    if check.too_fast:
        messages.error(request, too_fast())
    elif check_turns.open_dispute(bag):
        messages.error(
            request, _("The label was read otherwise again. A third pharmacist decides.")
        )
    else:
        messages.error(request, _("The reading does not agree with the label that was printed. "
                                  "Read it again, each of you for yourself."))  # fmt: skip
    return reverse("infusions:check_label", args=[bag.uuid])
