from django.db import models


class Topic(models.Model):
    """A topic by which people find Spaces. Staff edit the topics in the admin."""

    slug = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=30, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
