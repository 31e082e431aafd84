"""What fits: «for you», the board of unanswered needs, and offering an item further."""

from starlette.routing import Route

from web.matches.pages import for_you, further, put_away, take_back, unanswered

ROUTES = [
    Route("/for-you", for_you),
    Route("/for-you/put-away", put_away, methods=["POST"]),
    Route("/for-you/take-back", take_back, methods=["POST"]),
    Route("/unanswered", unanswered),
    Route("/g/{name}/offers/{id}/further", further, methods=["POST"]),
    Route("/g/{name}/needs/{id}/further", further, methods=["POST"]),
]
