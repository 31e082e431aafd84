"""The addresses of offers and needs."""

from starlette.routing import Route

from web.offers.answering import give, give_elsewhere, reopen, settle, take
from web.offers.changing import change, change_page, close, close_page, delete, delete_page, mine
from web.offers.page import offer_elsewhere, offer_page, offers_feed, offers_list
from web.offers.writing import publish, write_page

ROUTES = [
    *(
        route
        for things in ("offers", "needs")
        for route in (
            Route(f"/{things}", offers_list),
            Route(f"/{things}/new", write_page),
            Route(f"/{things}/new", publish, methods=["POST"]),
            Route(f"/{things}/feed.atom", offers_feed),
            Route(f"/g/{{name}}/{things}/{{id}}", offer_page),
            Route(f"/g/{{name}}/{things}/{{id}}/change", change_page),
            Route(f"/g/{{name}}/{things}/{{id}}/change", change, methods=["POST"]),
            Route(f"/g/{{name}}/{things}/{{id}}/close", close_page),
            Route(f"/g/{{name}}/{things}/{{id}}/close", close, methods=["POST"]),
            Route(f"/g/{{name}}/{things}/{{id}}/reopen", reopen, methods=["POST"]),
            Route(f"/g/{{name}}/{things}/{{id}}/answers", give, methods=["POST"]),
            Route(f"/g/{{name}}/{things}/{{id}}/taking", take, methods=["POST"]),
            Route(f"/g/{{name}}/{things}/{{id}}/delete", delete_page),
            Route(f"/g/{{name}}/{things}/{{id}}/delete", delete, methods=["POST"]),
        )
    ),
    Route("/elsewhere/offer", offer_elsewhere),
    Route("/elsewhere/offer", give_elsewhere, methods=["POST"]),
    Route("/answers/{number}", settle, methods=["POST"]),
    Route("/me/offers", mine),
]
