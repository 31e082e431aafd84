"""The addresses of a group's settings."""

from starlette.routing import Route

from web.groups.settings import became, closing, fediverse, joining, moving, picture, said

AT = "/g/{name}/settings"

ROUTES = [
    Route(AT, said.page),
    Route(AT, said.save, methods=["POST"]),
    Route(f"{AT}/picture", picture.page),
    Route(f"{AT}/picture", picture.show, methods=["POST"]),
    Route(f"{AT}/picture/remove", picture.remove, methods=["POST"]),
    Route(f"{AT}/joining", joining.page),
    Route(f"{AT}/joining", joining.save, methods=["POST"]),
    Route(f"{AT}/fediverse", fediverse.page),
    Route(f"{AT}/fediverse", fediverse.save, methods=["POST"]),
    Route(f"{AT}/languages", fediverse.accounts, methods=["POST"]),
    Route(f"{AT}/needs", became.page),
    Route(f"{AT}/moving", moving.page),
    Route(f"{AT}/moving/aliases", moving.name_alias, methods=["POST"]),
    Route(f"{AT}/moving/aliases/remove", moving.drop_alias, methods=["POST"]),
    Route(f"{AT}/moving/away", moving.move, methods=["POST"]),
    Route(f"{AT}/moving/home", moving.come_home, methods=["POST"]),
    Route(f"{AT}/closing", closing.page),
    Route(f"{AT}/closing", closing.close, methods=["POST"]),
    Route(f"{AT}/closing/undo", closing.keep_open, methods=["POST"]),
]
