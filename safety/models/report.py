from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

TEXT_LENGTH = 1000
REF_LENGTH = 40


class About(models.TextChoices):
    PERSON = "person", _("Person")
    SPACE = "space", _("Space")
    POST = "post", _("Post")
    LINE = "line", _("Line of a transcript")
    APPEAL = "appeal", _("Appeal")  # by a suspended person, against the suspension


class Reason(models.TextChoices):
    SELF_HARM = "self_harm", _("Self-harm or suicide")
    VIOLENCE = "violence", _("Violence or threats")
    SEXUAL = "sexual", _("Sexual content")
    CHILD_SAFETY = "child_safety", _("Child safety")
    PRIVATE = "private", _("Private information")
    ABUSE = "abuse", _("Abusive behaviour")
    SPAM = "spam", _("Spam")


class Outcome(models.TextChoices):
    OPEN = "open", _("Waiting")
    DISMISSED = "dismissed", _("Dismissed")
    WARNED = "warned", _("Warned")
    REMOVED = "removed", _("Content removed")
    ENDED = "ended", _("Space ended")
    SUSPENDED = "suspended", _("Suspended")
    LIFTED = "lifted", _("Suspension lifted")


class Report(models.Model):
    """A report about a person or their content, with evidence from the time of reporting.

    Open reports form the staff's queue. `about` is the kind of the reported thing, and `ref` is its
    id among things of this kind.
    """

    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reports")
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="reports_about",
        verbose_name=_("about whom"),
    )
    about = models.CharField(_("about"), max_length=10, choices=About.choices)
    ref = models.CharField(max_length=REF_LENGTH, blank=True)
    # Empty for an appeal, and for a case that staff opened.
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices, blank=True)
    text = models.CharField(_("in their words"), max_length=TEXT_LENGTH, blank=True)
    evidence = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(_("reported"), default=timezone.now)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.OPEN
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        db_table = "accounts_report"  # from when the model belonged to accounts
        verbose_name = _("report")
        ordering = ["-id"]
        constraints = [
            # While a report is open, its reporter can't report the same thing again.
            models.UniqueConstraint(
                fields=["reporter", "about", "ref"],
                condition=Q(outcome="open"),
                name="one_open_report_per_thing",
            ),
            models.CheckConstraint(
                condition=Q(outcome="open", closed_at__isnull=True)
                | (~Q(outcome="open") & Q(closed_at__isnull=False)),
                name="report_closed_with_an_outcome",
            ),
        ]
        indexes = [models.Index(fields=["outcome", "-id"]), models.Index(fields=["subject", "-id"])]

    def __str__(self) -> str:
        return f"{self.get_about_display()}: @{self.subject.handle}"

    @property
    def is_open(self) -> bool:
        return self.outcome == Outcome.OPEN
