"""For those who look after the instance: what waits, members, other servers, and what was done by whom.

* `overview`  `/admin`
* `members`   `/admin/members`
* `servers`   `/admin/servers`
* `acts`      `/admin/log`
"""

from starlette.routing import Route

from web.admin import acts, members, overview, servers

ROUTES = [
    Route("/admin", overview.overview_page),
    Route("/admin/members", members.list_page),
    Route("/admin/members/{id:int}", members.member_page),
    Route("/admin/members/{id:int}/role", members.change_role, methods=["POST"]),
    Route("/admin/members/{id:int}/suspend", members.suspend, methods=["POST"]),
    Route("/admin/members/{id:int}/unsuspend", members.unsuspend, methods=["POST"]),
    Route("/admin/members/{id:int}/link", members.send_link, methods=["POST"]),
    Route("/admin/servers", servers.servers_page),
    Route("/admin/servers", servers.decide, methods=["POST"]),
    Route("/admin/servers/retry", servers.retry, methods=["POST"]),
    Route("/admin/log", acts.log_page),
]
