from rest_framework.permissions import SAFE_METHODS, BasePermission

from teams.permissions import Permission, can


class RoutePermission(BasePermission):
    """Every API view names its permission; one that does not is refused.

    A view that also writes names a second one, `write_permission`."""

    def has_permission(self, request, view):
        permission = getattr(view, "permission", None)
        if request.method not in SAFE_METHODS:
            permission = getattr(view, "write_permission", permission)
        return isinstance(permission, Permission) and can(request.user, permission)
