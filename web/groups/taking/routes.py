"""The addresses of taking part, all under the group's own."""

from starlette.routing import Route

from web.groups.taking import inviting, joining, leaving, members, poster, requests

ROUTES = [
    Route("/g/{name}/join", joining.join_page),
    Route("/g/{name}/join", joining.join, methods=["POST"]),
    Route("/g/{name}/invited/{token}", joining.invited_page),
    Route("/g/{name}/decline", joining.decline, methods=["POST"]),
    Route("/g/{name}/leave", leaving.leave_page),
    Route("/g/{name}/leave", leaving.leave, methods=["POST"]),
    Route("/g/{name}/come-back", leaving.come_back, methods=["POST"]),
    Route("/g/{name}/requests", requests.requests_page),
    Route("/g/{name}/requests", requests.decide, methods=["POST"]),
    Route("/g/{name}/requests/follows", requests.decide_follows, methods=["POST"]),
    Route("/g/{name}/requests/{id:int}/let-in", requests.let_in, methods=["POST"]),
    Route("/g/{name}/members", members.members_page),
    Route("/g/{name}/members/{id:int}", members.member_page),
    Route("/g/{name}/members/{id:int}", members.give_role, methods=["POST"]),
    Route("/g/{name}/members/{id:int}/hand-over", members.hand_over_page),
    Route("/g/{name}/members/{id:int}/hand-over", members.hand_over, methods=["POST"]),
    Route("/g/{name}/members/{id:int}/remove", members.remove_page),
    Route("/g/{name}/members/{id:int}/remove", members.remove, methods=["POST"]),
    Route("/g/{name}/invitations", inviting.invitations_page),
    Route("/g/{name}/invitations", inviting.make_link, methods=["POST"]),
    Route("/g/{name}/invitations/{id:int}/end", inviting.end_link, methods=["POST"]),
    Route("/g/{name}/invitations/people", inviting.invite_member, methods=["POST"]),
    Route("/g/{name}/invitations/people/{id:int}/end", inviting.take_back, methods=["POST"]),
    Route("/g/{name}/poster", poster.poster_page),
]
