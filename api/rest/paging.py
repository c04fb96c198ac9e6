from rest_framework.pagination import LimitOffsetPagination


class Pages(LimitOffsetPagination):
    """Rows by `limit` and `offset`; more than 200 at once are never sent."""

    default_limit = 50
    max_limit = 200
