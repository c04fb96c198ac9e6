"""The one path from a POST to an action: bind, run once, and turn refusals into pages."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from audit.actions import record_refusal
from commands.once import digest_of, once
from commands.refusals import Stale
from protocol.stops import HardStop, Stop

Page = Callable[..., HttpResponse]


def perform(
    request: HttpRequest,
    *,
    form,
    effect: Callable[..., str],
    page: Page,
    verb: str,
    subject,
    patient=None,
    said: str = "",
) -> HttpResponse:
    """Runs `effect(**form.values())`, which returns the address to go to, at most once.

    `page(form=..., stops=..., status=...)` renders the form again: 422 for bad input and hard
    stops, 409 when the row changed meanwhile. What was typed stays in the bound form."""
    if not form.is_valid():
        return page(form=form, stops=(), status=422)
    try:
        command = once(
            principal=request.user.pk,
            key=form.cleaned_data["idempotency_key"],
            route=request.path,
            body=digest_of(request.POST),
            effect=lambda: (303, effect(**form.values())),
        )
    except HardStop as refusal:
        record_refusal(
            verb=verb, subject=subject, by=request.user, patient=patient, stops=refusal.stops
        )
        return page(form=form, stops=put_on_fields(form, refusal.stops), status=422)
    except Stale:
        return page(form=form, stops=(stale_stop(),), status=409)
    if said:
        messages.success(request, said)
    return redirect(command.answer)


def put_on_fields(form, stops: tuple[Stop, ...]) -> tuple[Stop, ...]:
    """A stop that names a field of the form is shown beside it too; all of them stand on top."""
    for stop in stops:
        if stop.field in form.fields:
            form.add_error(stop.field, stop.message)
    return stops


def stale_stop() -> Stop:
    return Stop(
        code="page.stale",
        message=_(
            "Somebody else changed this meanwhile. Open the page again to see what changed; "
            "what you typed is still below."
        ),
    )
