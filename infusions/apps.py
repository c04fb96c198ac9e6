from django.apps import AppConfig


class InfusionsConfig(AppConfig):
    name = "infusions"

    def ready(self):
        from infusions.actions.pharmacy_reviews import review_weight
        from patients.actions.measurements import watch

        watch(review_weight)
