"""Pictures decoded as in the product, with a process that ends with each of them."""

from appservice.pictures.pillow_adapter import PillowPictures
from bot.ports import Picture


class RealPictures(PillowPictures):
    """Outlives the event loop of a test, because it leaves nothing in it."""

    async def look(self, file: bytes) -> Picture:
        try:
            return await super().look(file)
        finally:
            await self.close()
