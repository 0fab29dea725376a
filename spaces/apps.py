from django.apps import AppConfig


class SpacesConfig(AppConfig):
    name = "spaces"
    verbose_name = "Spaces"

    def ready(self) -> None:
        from spaces import checks, receivers  # noqa: F401, PLC0415  (they need loaded models)
