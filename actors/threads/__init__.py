"""Posts and replies that people send to groups, shares of them, and reactions.

A post from outside stands here as text, whatever its type was (Note, Article, Page, Question). It is
shown in a group when the group's rule lets it, and then the group shares it (FEP-1b12).
"""

from actors.threads.drafts import PostDraft, RemotePost
from actors.threads.lists import latest, page, pages, replies, reply_iris, tagged
from actors.threads.remote import change_remote, delete_remote, keep_remote, record_remote, set_state
from actors.threads.saying import change, delete, find, say
from actors.threads.shares import add_share, react, remove_share, share_of, shares_of_object, unreact
from actors.threads.tables import Post, Reaction, Share
from actors.threads.together import together, write_put_off

__all__ = [
    "Post",
    "PostDraft",
    "Reaction",
    "RemotePost",
    "Share",
    "add_share",
    "change",
    "change_remote",
    "delete",
    "delete_remote",
    "find",
    "keep_remote",
    "latest",
    "page",
    "pages",
    "react",
    "record_remote",
    "remove_share",
    "replies",
    "reply_iris",
    "say",
    "set_state",
    "share_of",
    "shares_of_object",
    "tagged",
    "together",
    "unreact",
    "write_put_off",
]
