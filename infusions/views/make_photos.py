"""Photos from the hood: taking one, and the file for those who may see it."""

from django.http import FileResponse, Http404
from django.shortcuts import render
from django.utils.translation import gettext as _

from audit.actions import record_look
from clock.now import now
from commands.perform import perform
from infusions.actions import make_photos as actions
from infusions.forms.making import PhotoForm
from infusions.models import MakePhoto, MakeSession
from infusions.pharmacy import make_page
from infusions.views.making import may_read_record, names_of, url_of
from teams.permissions import Permission, can
from teams.routes import route


@route(Permission.COMPOUND)
def add_photo(request, uuid):
    session = make_page.get_session_for(request.user, uuid)
    key = request.GET.get("step", "")
    names = names_of(session)
    if key not in names or session.maker_id != request.user.pk:
        raise Http404
    form = PhotoForm(request.POST or None, request.FILES or None)

    def page(*, form, stops=(), status=200):
        context = {**make_page.about(session), "step": names[key], "form": form, "stops": stops}
        context["back"] = url_of(session)
        return render(request, "infusions/make/photo.html", context, status=status)

    if request.method != "POST":
        return page(form=form)

    def effect(**given):
        actions.add_photo(session=session, key=key, by=request.user, at=now(), **given)
        return url_of(session)

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="added_make_photo",
        subject=session,
        patient=session.cycle.patient,
        said=_("The photo is kept."),
    )


@route(Permission.COMPOUND, methods=("GET", "HEAD"))
def photo(request, uuid):
    """The file. While a bag is made: for its maker, and for who reads it as the second person."""
    row = MakePhoto.objects.select_related("session").filter(uuid=uuid).first()
    if row is None:
        raise Http404
    session = make_page.get_session_for(request.user, row.session.uuid)
    reads = session.state == MakeSession.State.OPEN and can(request.user, Permission.CHECK_BAG)
    if not reads and not may_read_record(session, request.user):
        raise Http404
    record_look(patient=session.cycle.patient, by=request.user, what="infusions:photo")
    return FileResponse(row.file.open("rb"), content_type="image/jpeg", filename=f"{row.uuid}.jpg")
