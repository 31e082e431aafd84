"""The addresses of mail: its log for the operator, and ending it with one click."""

from starlette.routing import Route

from web.mail.admin import log_page, retry, send_test
from web.mail.unsubscribe import unsubscribe, unsubscribe_page

ROUTES = [
    Route("/admin/mail", log_page),
    Route("/admin/mail/test", send_test, methods=["POST"]),
    Route("/admin/mail/{id:int}/again", retry, methods=["POST"]),
    Route("/unsubscribe/{token}", unsubscribe_page),
    Route("/unsubscribe/{token}", unsubscribe, methods=["POST"]),
]
