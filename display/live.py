"""The server's half of the live mechanism: `static/js/live.js` asks again every five seconds."""

import hashlib

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import render


def page_or_part(
    request, *, page: str, part: str, context: dict, at, status: int = 200
) -> HttpResponse:
    """The whole page, or its live part when `live.js` asks; 304 when nothing shown has changed.

    `part` is what the page includes inside its `data-live` element. `at`: the domain's now, aware;
    the clock of the page follows it. `status`: of the whole page when a
    form on it was refused.
    """
    if "X-Live" not in request.headers:
        return render(request, page, context, status=status)
    response = render(request, part, context)
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified()
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    response["X-Domain-Now"] = at.isoformat()
    return response
