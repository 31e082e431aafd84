"""The house as one value: everything that pages, documents and workers are handed.

`build_house(settings)` is the only place where engines, clients and workers are made.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from anyio import CapacityLimiter
from jinja2 import BytecodeCache

from actors import people
from actors.database import Database, utc_now
from fediverse.fetch import Fetcher, network_for
from fediverse.fetch.asking import Signer
from fediverse.limits import Limits
from fediverse.signatures import Scheme, sign
from inbox.backfill import Backfill
from inbox.dispatch import Dispatcher
from inbox.receive import Receiver
from outbox.delivery import Courier
from web import __version__
from web.blocks import Blocks
from web.i18n import Catalogues, load_catalogues
from web.mail.courier import MailCourier
from web.mail.post import PostRoom
from web.mail.rendering import Renderer
from web.pictures import PictureStore
from web.settings import Settings
from web.shelf import Shelf
from web.templating import compiled_in

PROVED_TOGETHER = 2


@dataclass(frozen=True, slots=True)
class House:
    """What the top floor holds; frozen, one a process."""

    settings: Settings
    limits: Limits
    db: Database
    vault: people.Vault
    keyring: people.Keyring
    fetcher: Fetcher
    courier: Courier
    mail: MailCourier
    post: PostRoom
    receiver: Receiver
    dispatcher: Dispatcher
    backfill: Backfill
    catalogues: Catalogues
    compiled: BytecodeCache
    signers: ThreadPoolExecutor
    shelf: Shelf
    proving: CapacityLimiter
    """Passwords proved at the same time: each takes a core and 19 MiB for a moment."""
    pictures: PictureStore

    @property
    def origin(self) -> str:
        return self.settings.public_origin

    def wake(self) -> None:
        """Something was committed that the workers of this process may act on."""
        self.courier.wake()
        self.mail.wake()
        self.dispatcher.wake()
        self.backfill.wake()

    async def close(self) -> None:
        await self.fetcher.close()
        self.signers.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self.db.close)


def build_house(settings: Settings, db: Database, vault: people.Vault) -> House:
    """Tie the floors together over a database that was prepared (`web.start.prepare`)."""
    limits = settings.limits
    origin = settings.public_origin
    keyring = people.Keyring(vault)
    signers = ThreadPoolExecutor(settings.signers, thread_name_prefix="signer")
    instance_key = db.read_now(lambda session: keyring.load(session, people.instance_actor(session).id)).rsa

    def signer(scheme: Scheme) -> Signer:
        async def signed(method: str, url: str, body: bytes | None) -> dict[str, str]:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(
                signers, lambda: sign(method, url, body, instance_key, scheme, now=utc_now())
            )

        return signed

    fetcher = Fetcher(
        network_for(origin, limits),
        origin=origin,
        user_agent=f"Knooppunt/{__version__} (+{origin}/)",
        limits=limits,
        signer=signer(Scheme.CAVAGE),
        other_signer=signer(Scheme.RFC9421),
        refuse=Blocks(db).refuses,
    )
    courier = Courier(db, fetcher, keyring, lanes=settings.lanes, signers=signers, limits=limits)
    dispatcher = Dispatcher(db, fetcher, origin=origin, limits=limits, wake_courier=courier.wake)
    backfill = Backfill(db, fetcher, origin=origin, limits=limits)
    # Where gate and worker are one process, what the gate has read need not be read again.
    expect = dispatcher.expect if settings.worker else None
    receiver = Receiver(db, fetcher, origin=origin, limits=limits, wake=dispatcher.wake, expect=expect)
    catalogues = load_catalogues()
    post = PostRoom(settings, db, vault)
    renderer = Renderer(origin=origin, catalogues=catalogues, timezone=settings.timezone)
    mail_courier = MailCourier(db, vault, renderer, post.now, origin=origin, wake_log=courier.wake)
    return House(
        settings=settings,
        limits=limits,
        db=db,
        vault=vault,
        keyring=keyring,
        fetcher=fetcher,
        courier=courier,
        mail=mail_courier,
        post=post,
        receiver=receiver,
        dispatcher=dispatcher,
        backfill=backfill,
        catalogues=catalogues,
        compiled=compiled_in(settings.data_dir / "templates"),
        signers=signers,
        shelf=Shelf(),
        proving=CapacityLimiter(PROVED_TOGETHER),
        pictures=PictureStore(settings.data_dir / "media"),
    )
