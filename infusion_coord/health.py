"""/healthz: is the database there, are messages going out, who sends them."""

from django.db import connection
from django.http import JsonResponse

from notifications.queries import sending_health
from teams.permissions import Permission
from teams.routes import route


@route(Permission.PUBLIC, methods=("GET", "HEAD"))
def healthz(request):
    """200 when reminders go out, 503 when they do not. Says no more than a stranger may know."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    health = sending_health()
    body = {
        "database": "ok",
        "sending": health.state,  # ok, standby, stopped
        "oldest_unsent_s": health.oldest_unsent_s,
    }
    return JsonResponse(body, status=503 if health.state == "stopped" else 200)
