"""The evidence for a report about a post: its current text and picture."""

from accounts.models import User
from safety.evidence import Evidence
from safety.models import About
from safety.reporting import Reportable
from timeline.models import Post


def find(user: User, ref: str) -> Reportable | None:
    """Return the published post with the id `ref`, or None (settings.REPORTABLE)."""
    if not (ref.isdecimal() and len(ref) < 18):
        return None
    post = Post.objects.published().select_related("author", "space").filter(pk=int(ref)).first()
    if post is None:
        return None
    return Reportable(
        about=About.POST,
        ref=str(post.pk),
        subject=post.author,
        title=f"a post of @{post.author.handle}",
        back=post.get_absolute_url(),
        evidence=evidence_of(post),
    )


def evidence_of(post: Post) -> Evidence:
    facts = {
        "Written": f"{post.created_at:%Y-%m-%d %H:%M} UTC",
        "By": f"@{post.author.handle}",
        "Text": post.text,
        "Space": f"{post.space.title} ({post.space.public_id})" if post.space else "",
    }
    pictures = {post.image.url: post.alt or "Picture without a description"} if post.image else {}
    return {"facts": {name: text for name, text in facts.items() if text}, "pictures": pictures}
