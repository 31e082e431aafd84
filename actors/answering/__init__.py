"""Answers to offers and needs: said on the site, by a reply from elsewhere, or by a partner's agreement (FEP-0837).

It stands between the doors `offers` and `threads`, since an answer belongs to the one and may be a post of the other.

* `tables`  the rows
* `saying`  who may answer, and what an answer may be
* `talks`   accept, decline, withdraw; who filled it
* `became`  what a group's needs came to
* `lists`   the thread of one item, as this reader may see it
"""

from actors.answering.became import needs_became
from actors.answering.lists import answers_to, mine
from actors.answering.saying import AnswerDraft, check_often, check_open, come_as, find, heard, offered_as, say
from actors.answering.tables import Answer
from actors.answering.talks import agree, fill, is_answerer, keep_private, settle, standing, withdraw

__all__ = [
    "Answer",
    "AnswerDraft",
    "agree",
    "answers_to",
    "check_often",
    "check_open",
    "come_as",
    "fill",
    "find",
    "heard",
    "is_answerer",
    "keep_private",
    "mine",
    "needs_became",
    "offered_as",
    "say",
    "settle",
    "standing",
    "withdraw",
]
