"""The component gallery: every part of the look with made-up content. Not in production."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import conditional_page

from clock.now import now
from display import sample_board, samples
from teams.permissions import Permission
from teams.routes import route


def only_for_learning():
    if not (settings.DEBUG or settings.TRAINING):
        raise Http404


@route(Permission.PUBLIC, methods=("GET", "HEAD"))
def gallery(request):
    only_for_learning()
    return render(request, "display/gallery.html", samples.gallery(now()))


@route(Permission.PUBLIC, methods=("GET", "HEAD"))
@conditional_page
def board(request):
    only_for_learning()
    if "X-Live" in request.headers:
        return render(request, "display/_sample_groups.html", sample_board.board())
    density = "compact" if request.GET.get("density") == "compact" else "normal"
    return render(
        request, "display/gallery_board.html", sample_board.board() | {"density": density}
    )


@route(Permission.PUBLIC, methods=("GET", "HEAD"))
def patient(request):
    only_for_learning()
    return render(request, "display/gallery_patient.html", samples.patient(now()))
