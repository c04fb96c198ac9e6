from django.urls import path

from dashboards import views

app_name = "dashboards"
urlpatterns = [
    path("", views.home, name="home"),
    path("board/", views.board, name="board"),
    path("chart/<uuid:uuid>/", views.chart, name="chart"),
    path("find/", views.find, name="find"),
]
