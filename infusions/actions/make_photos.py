"""Photos from the hood, kept as evidence."""

from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record
from commands.refusals import refuse
from infusions.actions.making import check_going, lock_session
from infusions.models import MakePhoto, MakeSession
from infusions.scans.photos import clean_photo
from teams.permissions import Permission, require

MOST = 20


@transaction.atomic
def add_photo(*, session: MakeSession, key: str, photo, by, at: datetime) -> MakePhoto:
    """Keeps an uploaded JPEG or PNG, written anew. Only who makes the bag adds one."""
    require(by, Permission.COMPOUND)
    session = lock_session(session.pk, None)
    check_going(session, by, at)
    if session.photos.count() >= MOST:
        refuse("photo.many", _("There are %(n)s photos already.") % {"n": MOST}, field="photo")
    clean = clean_photo(photo)
    row = MakePhoto(
        session=session,
        key=key,
        sha256=clean.sha256,
        width=clean.width,
        height=clean.height,
        taken_by=by,
        taken_at=at,
    )
    row.file.save("photo.jpg", ContentFile(clean.content), save=False)
    row.save()
    record(
        verb="added_make_photo",
        subject=session,
        by=by,
        patient=session.cycle.patient,
        at=at,
        after={"step": key, "sha256": clean.sha256},
    )
    return row
