from django.shortcuts import render

from clock.now import now
from infusions.pharmacy.near_misses import near_misses_for
from teams.permissions import Permission
from teams.routes import route


@route(Permission.SEE_NEAR_MISSES, methods=("GET", "HEAD"))
def near_misses(request):
    """The log of what was caught: counts by kind and month. Nobody is named."""
    zone = getattr(request, "zone", "UTC")
    context = near_misses_for(request.user, now(), zone)
    return render(request, "infusions/near_misses.html", {**context, "zone": zone})
