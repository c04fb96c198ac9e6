from django.urls import path

from handoffs import views

app_name = "handoffs"
urlpatterns = [
    path("", views.handoff_list, name="list"),
    path("cycles/<uuid:uuid>/offer/", views.offer, name="offer"),
    path("<uuid:uuid>/", views.handoff, name="handoff"),
    path("<uuid:uuid>/correct/", views.correct, name="correct"),
    path("<uuid:uuid>/accept/", views.accept, name="accept"),
    path("<uuid:uuid>/decline/", views.decline, name="decline"),
    path("<uuid:uuid>/withdraw/", views.withdraw, name="withdraw"),
]
