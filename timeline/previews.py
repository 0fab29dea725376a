"""How the link of a post looks elsewhere, and of whatever else of this site one may link to."""

from django.urls import Resolver404, resolve

from accounts.models import User
from accounts.previews import Picture, Preview, face, of_person
from spaces.models import Space
from spaces.previews import of_space
from timeline.models import Post
from timeline.wording import path_of


def of_post(post: Post) -> Preview:
    author = post.author
    picture = (
        Picture(post.image.url, post.image_width, post.image_height, post.alt)
        if post.image
        else face(author)
    )
    return Preview(
        title=f"{author.name} (@{author.handle})",
        description=post.text,
        path=post.get_absolute_url(),
        picture=picture,
        author=author,
        kind="article",
    )


def of_link(url: str) -> Preview | None:
    """Of an address of this site as anybody may see it; None for every other."""
    try:
        match = resolve(path_of(url))
    except Resolver404:
        return None
    given = match.kwargs
    if match.view_name == "spaces:space":
        spaces = Space.objects.linked().select_related("host")
        space = spaces.filter(public_id=given["space_id"]).first()
        return of_space(space) if space else None
    if match.view_name == "accounts:profile":
        person = User.objects.active().with_handle(given["handle"]).first()
        return of_person(person) if person else None
    if match.view_name == "timeline:post":
        posts = Post.objects.visible_to(None).select_related("author")
        post = posts.filter(pk=given["post_id"], author__handle__iexact=given["handle"]).first()
        return of_post(post) if post else None
    return None
