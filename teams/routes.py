"""`@route(Permission.X)`: every view declares who may open it; a test walks all routes."""

from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.views.decorators.http import require_http_methods

from teams.permissions import Permission, can


def route(permission: Permission, *, methods: tuple[str, ...] = ("GET", "HEAD", "POST")):
    """Signs anonymous people in, refuses roles without the permission (403).

    Whose patient it is comes after: the view fetches through `get_patient_for` (404)."""

    def decorate(view):
        @require_http_methods(list(methods))
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if permission != Permission.PUBLIC and not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not can(request.user, permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.permission = permission
        return guarded

    return decorate
