"""`make demo`: a whole sale on a real homeserver, then time to try it oneself."""

import asyncio
import sys
import tempfile
from pathlib import Path

import aiohttp

from sandbox.clients import MatrixError
from sandbox.demo import (
    BUYER,
    BYSTANDER,
    SELLER,
    SaleFailedError,
    Stage,
    Transcript,
    play_sale,
    set_stage,
)
from sandbox.environment import open_environment
from sandbox.processes import ChildFailedError

_OWN_SELLER, _OWN_BUYER = "anna", "ben"


def main() -> int:
    """Exit status: 0 when the sale went well, 1 when any step failed."""
    try:
        with tempfile.TemporaryDirectory(prefix="ppv-demo-") as folder:
            asyncio.run(_demo(Path(folder), stay=sys.stdout.isatty() and sys.stdin.isatty()))
    except (
        SaleFailedError,
        ChildFailedError,
        MatrixError,
        TimeoutError,
        OSError,
        aiohttp.ClientError,
        RuntimeError,
    ) as error:
        print(f"\nThe demo has failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nClosed; nothing is left behind.")
    return 0


async def _demo(folder: Path, *, stay: bool) -> None:
    async with open_environment(folder, sellers=(SELLER, _OWN_SELLER), say=_progress) as town:
        _progress("bringing three people and a room")
        stage = await set_stage(town)
        _progress("")
        offer = await play_sale(stage, Transcript(_say))
        _say("\nThe sale is done.")
        if stay:
            await _explain(stage, offer)
            await asyncio.Event().wait()


async def _explain(stage: Stage, offer: str) -> None:
    town = stage.town
    for name in (_OWN_SELLER, _OWN_BUYER):
        await town.synapse.register(name, f"{name}-password")
    people = ", ".join(
        f"{name} / {name}-password" for name in (_OWN_SELLER, _OWN_BUYER, SELLER, BUYER, BYSTANDER)
    )
    _say(f"""
Now try it yourself, until you press Ctrl-C:

  Homeserver   {town.synapse.url}   (in any Matrix client: "other homeserver")
  People       {people}
               {_OWN_SELLER} and {SELLER} may sell, the others may buy
  The bot      {town.bot}   (start a direct chat with it, and say help)
  The room     {stage.alias}
  Test card    4242 4242 4242 4242 pays, 4000 0000 0000 0002 is declined
  In a browser {offer}   (the offer, as everybody sees it)
  The log      {town.product.log_file}
""")


def _say(words: str) -> None:
    print(words, flush=True)


def _progress(words: str) -> None:
    """One line that changes in a terminal, and a line each elsewhere."""
    if sys.stdout.isatty():
        print(f"\r\033[K{'· ' + words + ' …' if words else ''}", end="", flush=True)
    elif words:
        print(f"· {words} …", flush=True)


if __name__ == "__main__":
    sys.exit(main())
