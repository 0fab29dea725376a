from django.apps import AppConfig


class TimelineConfig(AppConfig):
    name = "timeline"

    def ready(self) -> None:
        from timeline import receivers  # noqa: F401, PLC0415  (models must be loaded first)
