"""Link previews of posts, and of the pages of Spaces, people and posts by their URLs."""

from django.urls import Resolver404, ResolverMatch, resolve

from accounts.models import User
from accounts.previews import Picture, Preview, of_person, picture_of
from core.text.links import path_on_this_site
from spaces.models import Space
from spaces.previews import of_space
from timeline.models import Post


def of_post(post: Post) -> Preview:
    author = post.author
    picture = (
        Picture(post.image.url, post.image_width, post.image_height, post.alt)
        if post.image
        else picture_of(author)
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
    """Return the preview of the page of a Space, a person or a post by its URL; None for other
    URLs, and if there is no such page."""
    match = _resolve(path_on_this_site(url))
    if match is None:
        return None
    arguments = match.kwargs
    if match.view_name == "spaces:space":
        spaces = Space.objects.not_cancelled().select_related("host")
        space = spaces.filter(public_id=arguments["space_id"]).first()
        return of_space(space) if space else None
    if match.view_name == "accounts:profile":
        person = User.objects.active().with_handle(arguments["handle"]).first()
        return of_person(person) if person else None
    if match.view_name == "timeline:post":
        posts = Post.objects.visible_to(None).select_related("author")
        post = posts.filter(
            pk=arguments["post_id"], author__handle__iexact=arguments["handle"]
        ).first()
        return of_post(post) if post else None
    return None


def _resolve(path: str) -> ResolverMatch | None:
    """Return the view for a path, with or without its trailing slash, or None."""
    for each in (path, f"{path}/"):
        try:
            return resolve(each)
        except Resolver404:
            continue
    return None
