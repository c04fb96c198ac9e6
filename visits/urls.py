from django.urls import path

from visits import views

app_name = "visits"
urlpatterns = [
    path("", views.visit_list, name="list"),
    path("cycles/<uuid:uuid>/schedule/", views.schedule, name="schedule"),
    path("<uuid:uuid>/", views.visit, name="visit"),
    path("<uuid:uuid>/correct/", views.correct, name="correct"),
    path("<uuid:uuid>/<str:name>/", views.step, name="step"),
]
