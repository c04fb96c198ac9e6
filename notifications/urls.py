from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read/", views.read, name="read"),
    path("<uuid:uuid>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("clock/", views.travel, name="travel"),
]
