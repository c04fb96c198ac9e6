from django.urls import path

from audit import pages

app_name = "audit"
urlpatterns = [
    path("", pages.events, name="events"),
    path("patients/<uuid:uuid>/", pages.of_patient, name="of_patient"),
]
