"""The `Stripe-Signature` header (https://docs.stripe.com/webhooks#verify-manually)."""

import hashlib
import hmac


def sign(body: bytes, secret: str, timestamp: int) -> str:
    """The scheme that counts is `v1`. `v0` is what Stripe adds in test mode, to be ignored."""
    signed = b"%d.%b" % (timestamp, body)
    v1 = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    v0 = hashlib.sha256(signed).hexdigest()
    return f"t={timestamp},v1={v1},v0={v0}"
