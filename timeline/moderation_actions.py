"""What staff can do about a post."""

from notifications.inbox import notify
from safety.kinds import WARNING
from safety.models import About, Outcome, Report
from safety.moderation.actions import Decision, ModerationAction, NoLongerPossible
from timeline import posts
from timeline.models import Post


def _remove(decision: Decision) -> str:
    post = Post.objects.filter(pk=decision.report.ref).first()
    if post is None:
        raise NoLongerPossible
    posts.remove(post, by=decision.by)
    text = f"The staff removed one of your posts: {decision.reason}"
    notify(decision.subject, kind=WARNING, text=text)
    return post.text


def _post_exists(report: Report) -> bool:
    return report.about == About.POST and Post.objects.filter(pk=report.ref).exists()


REMOVE_POST = ModerationAction(
    "remove_post",
    "Remove the post and its replies",
    Outcome.REMOVED,
    _remove,
    is_possible=_post_exists,
    reporter_text="we removed the post.",
)
