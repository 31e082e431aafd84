"""The choices of the instance on pages: the short way through them at the first start, and each of them later.

* `facts`    what the pages know
* `matters`  what can be chosen: the form of each matter, and how it is saved
* `mailing`  the mail server, with a test
* `setup`    `/setup`
* `later`    `/admin/site`
"""

from starlette.routing import Route

from web.site import later, setup

ROUTES = [
    Route("/setup", setup.welcome),
    Route("/setup", setup.skip, methods=["POST"]),
    Route("/setup/done", setup.done),
    Route("/setup/done", setup.finish, methods=["POST"]),
    Route("/setup/{step}", setup.step_page),
    Route("/setup/{step}", setup.save_step, methods=["POST"]),
    Route("/admin/site", later.overview),
    Route("/admin/site/{matter}", later.matter_page),
    Route("/admin/site/{matter}", later.save_matter, methods=["POST"]),
]
