from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = "Tickets"

    def ready(self) -> None:
        from billing import checks, receivers  # noqa: F401, PLC0415  (they need loaded models)
