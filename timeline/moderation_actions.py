"""What staff can do about a post."""

from notifications.inbox import WARNING, notify
from safety.models import About, Outcome, Report
from safety.moderation_actions import Decision, ModerationAction, NoLongerPossible
from timeline import posts
from timeline.models import Post


def _remove(decision: Decision) -> str:
    post = Post.objects.filter(pk=decision.report.ref).first()
    if post is None:
        raise NoLongerPossible
    posts.remove(post, by=decision.by)
    words = f"The staff removed a post of yours: {decision.reason}"
    notify(decision.subject, kind=WARNING, text=words)
    return post.text


def _is_there(report: Report) -> bool:
    return report.about == About.POST and Post.objects.filter(pk=report.ref).exists()


REMOVE_POST = ModerationAction(
    "remove_post",
    "Remove the post and its replies",
    Outcome.REMOVED,
    _remove,
    is_possible=_is_there,
    reporter_text="we removed the post.",
)
