from rest_framework.permissions import BasePermission

from teams.permissions import Permission, can


class RoutePermission(BasePermission):
    """Every API view names its permission; one that does not is refused."""

    def has_permission(self, request, view):
        permission = getattr(view, "permission", None)
        return isinstance(permission, Permission) and can(request.user, permission)
