from django.urls import path

from teams.views import account, people, places

app_name = "teams"
urlpatterns = [
    path("", people.people, name="people"),
    path("invite/", people.invite, name="invite"),
    path("sites/", places.sites, name="sites"),
    path("sites/add/", places.add_site, name="add_site"),
    path("sites/<uuid:uuid>/", places.site, name="site"),
    path("sites/<uuid:uuid>/teams/add/", places.add_care_team, name="add_care_team"),
    path("teams/<uuid:uuid>/", places.care_team, name="care_team"),
    path("account/", account.account, name="account"),
    path("account/tokens/", account.tokens, name="tokens"),
    path("account/tokens/revoke/", account.revoke_token, name="revoke_token"),
    path("<uuid:uuid>/", people.person, name="person"),
]
