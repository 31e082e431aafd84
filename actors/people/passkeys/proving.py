"""What a browser is asked for, and what its authenticator answers, verified by the library `webauthn`.

Verifying takes about a millisecond of elliptic curves and opens no table, so it happens outside transactions. The
library is imported when the first passkey is: it brings CBOR, X.509 and OpenSSL along, ten megabytes that most
processes never need.

Sources: Web Authentication Level 3 §7.1 (registering) and §7.2 (verifying).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from actors.people.passkeys.attempts import ATTEMPT_LASTS
from actors.refusals import Refused

_ID_BYTES = 1023


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys of this instance are good: at its own origin and nowhere else.

    Attributes:
        id: the relying party: the host of the origin.
        name: what the authenticator shows.
    """

    id: str
    origin: str
    name: str


@dataclass(frozen=True, slots=True)
class Made:
    """A passkey that was just made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    synced: bool


@dataclass(frozen=True, slots=True)
class Used:
    """A passkey that was used to sign a challenge."""

    credential_id: bytes
    sign_count: int
    synced: bool


def asked_to_make(
    site: Site, challenge: bytes, *, handle: str, account: str, name: str, has: Iterable[bytes] = ()
) -> str:
    """What the browser is asked for when a member adds a passkey, as JSON.

    Args:
        site: ours.
        challenge: of `begin`.
        handle: says who it is to us and to nobody else; the passkey gives it back.
        account: what the member tells apart their accounts by.
        name: theirs.
        has: the passkeys that they have already, which are not made twice on one authenticator.
    """
    import webauthn
    from webauthn.helpers import structs

    options = webauthn.generate_registration_options(
        rp_id=site.id,
        rp_name=site.name,
        user_id=handle.encode(),
        user_name=account,
        user_display_name=name,
        challenge=challenge,
        timeout=_milliseconds(),
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            # One that can be found without an address: the page asks for none.
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=each) for each in has],
    )
    return webauthn.options_to_json(options)


def asked_to_use(site: Site, challenge: bytes) -> str:
    """What the browser is asked for when somebody signs in, as JSON: any passkey that it has for us."""
    import webauthn

    return webauthn.options_to_json(
        webauthn.generate_authentication_options(rp_id=site.id, challenge=challenge, timeout=_milliseconds())
    )


def made(site: Site, challenge: bytes, answer: str) -> Made:
    """The passkey in `answer`.

    Raises:
        Refused: "passkey-malformed", "passkey-not-proved".
    """
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        found = webauthn.verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=site.id, expected_origin=site.origin
        )
    except WebAuthnException:
        raise Refused("passkey-not-proved") from None
    except Exception:  # noqa: BLE001 (whatever a stranger's bytes make the parsers of CBOR, X.509 and JSON raise)
        raise Refused("passkey-malformed") from None
    if not 0 < len(found.credential_id) <= _ID_BYTES:
        raise Refused("passkey-malformed")
    return Made(found.credential_id, found.credential_public_key, found.sign_count, found.credential_backed_up)


def used(site: Site, challenge: bytes, answer: str, *, public_key: bytes) -> Used:
    """What `answer` proves, if it was signed by the passkey with this public key.

    Whether it was signed before is not asked here: `open_by_passkey` compares the counts, in one statement.

    Raises:
        Refused: "passkey-malformed", "passkey-not-proved".
    """
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        found = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
        )
    except WebAuthnException:
        raise Refused("passkey-not-proved") from None
    except Exception:  # noqa: BLE001 (as above)
        raise Refused("passkey-malformed") from None
    return Used(found.credential_id, found.new_sign_count, found.credential_backed_up)


def _milliseconds() -> int:
    return int(ATTEMPT_LASTS.total_seconds() * 1000)
