from django.urls import include, path

from infusion_coord import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("accounts/", include("allauth.urls")),
    path("people/", include("teams.urls")),
    path("patients/", include("patients.urls")),
    path("infusions/", include("infusions.urls")),
    path("checklists/", include("checklists.urls")),
    path("monitoring/", include("monitoring.urls")),
    path("visits/", include("visits.urls")),
    path("handoffs/", include("handoffs.urls")),
    path("education/", include("education.urls")),
    path("notifications/", include("notifications.urls")),
    path("audit/", include("audit.urls")),
    path("look/", include("display.urls")),
    path("api/v1/", include("api.rest.urls")),
    path("", include("dashboards.urls")),
]
