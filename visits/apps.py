from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "visits"

    def ready(self):
        from infusions.cover.links import add_link
        from visits.coverage import home_person

        add_link(home_person)
