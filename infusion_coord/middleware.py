"""Small middlewares: request id, headers, session limits, one clock a request."""

import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import logout
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from audit.context import current_request_id
from clock.now import one_offset_for_this_request
from dashboards.chrome import zone_of


def request_id(get_response):
    def middleware(request):
        request.id = uuid.uuid4().hex
        token = current_request_id.set(request.id)
        try:
            response = get_response(request)
        finally:
            current_request_id.reset(token)
        response["X-Request-Id"] = request.id
        return response

    return middleware


def security_headers(get_response):
    """Pages may hold patient data: nothing is cached unless a view says so itself."""

    def middleware(request):
        response = get_response(request)
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
            response["Cache-Control"] = "no-store"
        return response

    return middleware


def staff_session_limits(get_response):
    """Ends a session that was idle too long or is older than a shift.

    Real time, not the training clock: sessions belong to people, not to the story.
    The live poll of a board does not count as activity."""
    idle = timedelta(minutes=settings.STAFF_IDLE_MINUTES)
    absolute = timedelta(hours=settings.STAFF_ABSOLUTE_HOURS)

    def middleware(request):
        if request.user.is_authenticated:
            now = timezone.now().timestamp()
            began = request.session.setdefault("began_at", now)
            seen = request.session.get("seen_at", now)
            too_old = now - seen > idle.total_seconds() or now - began > absolute.total_seconds()
            if too_old or not request.user.is_active:
                logout(request)
            elif (
                "X-Live" not in request.headers
                and now - seen > 30
                or "seen_at" not in request.session
            ):
                request.session["seen_at"] = now
        return get_response(request)

    return middleware


def request_clock(get_response):
    """The training offset is read once a request, so one page tells one time; times are shown
    in the zone of the person's site unless a page names the patient's."""

    def middleware(request):
        request.zone = zone_of(request.user)
        with one_offset_for_this_request(), timezone.override(ZoneInfo(request.zone)):
            return get_response(request)

    return middleware
