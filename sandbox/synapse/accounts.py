"""Accounts by Synapse's shared-secret registration (Synapse admin API, `/v1/register`)."""

import hashlib
import hmac
from dataclasses import dataclass

import aiohttp


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    name: str
    user_id: str
    password: str


async def register_account(
    url: str,
    shared_secret: str,
    *,
    name: str,
    password: str,
    display_name: str,
    admin: bool,
) -> Account:
    """Makes a local user. Raises aiohttp.ClientResponseError, for instance if the name is taken."""
    endpoint = f"{url}/_synapse/admin/v1/register"
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        async with session.get(endpoint) as response:
            nonce = (await response.json())["nonce"]
        role = "admin" if admin else "notadmin"
        proof = f"{nonce}\0{name}\0{password}\0{role}".encode()
        body = {
            "nonce": nonce,
            "username": name,
            "password": password,
            "displayname": display_name,
            "admin": admin,
            "mac": hmac.new(shared_secret.encode(), proof, hashlib.sha1).hexdigest(),
        }
        async with session.post(endpoint, json=body) as response:
            user_id = (await response.json())["user_id"]
    return Account(name=name, user_id=user_id, password=password)
