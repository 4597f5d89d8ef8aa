"""Pictures with enough detail that a blurred one is plainly a worse one."""

import io

from PIL import Image, ImageDraw

from sandbox.sample_media.media_file import MediaFile

# Element Web adds a thumbnail of its own only to pictures larger than this.
_THUMBNAIL_BOX = (800, 600)


def photo(
    name: str = "sunset.jpg", *, width: int = 1280, height: int = 853, seed: int = 1
) -> MediaFile:
    """A JPEG."""
    picture = landscape(width, height, seed)
    poster = None
    if width > _THUMBNAIL_BOX[0] or height > _THUMBNAIL_BOX[1]:
        small = picture.copy()
        small.thumbnail(_THUMBNAIL_BOX)
        poster = jpeg(f"thumbnail-{name}", small)
    large = jpeg(name, picture)
    return MediaFile(
        name=name,
        mimetype=large.mimetype,
        data=large.data,
        width=width,
        height=height,
        poster=poster,
    )


def drawing(
    name: str = "drawing.png", *, width: int = 640, height: int = 420, seed: int = 2
) -> MediaFile:
    """A PNG."""
    buffer = io.BytesIO()
    landscape(width, height, seed).save(buffer, "PNG")
    return MediaFile(
        name=name, mimetype="image/png", data=buffer.getvalue(), width=width, height=height
    )


def jpeg(name: str, picture: Image.Image) -> MediaFile:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=88)
    return MediaFile(
        name=name,
        mimetype="image/jpeg",
        data=buffer.getvalue(),
        width=picture.width,
        height=picture.height,
    )


def landscape(width: int, height: int, seed: int, *, sun: float = 0.5) -> Image.Image:
    """Sky, sun, hills and a number; `sun` is where the sun stands, 0 left to 1 right."""
    sky = Image.linear_gradient("L").resize((width, height))
    tint = (37 * seed) % 90
    picture = Image.merge(
        "RGB",
        (
            sky.point(lambda level: 60 + tint + level * 100 // 255),
            sky.point(lambda level: 40 + level * 120 // 255),
            sky.point(lambda level: 200 - level * 150 // 255),
        ),
    )
    draw = ImageDraw.Draw(picture)
    radius = height / 8
    draw.circle((width * sun, height * 0.55), radius, fill=(255, 226, 120))
    for ridge in range(4):
        top = height * (0.6 + 0.1 * ridge)
        points: list[tuple[float, float]] = [(0, height)]
        for step in range(13):
            rise = ((step * 7 + ridge * 5 + seed * 3) % 11) / 11 * height * 0.12
            points.append((width * step / 12, top - rise))
        points.append((width, height))
        draw.polygon(points, fill=(30, 90 - 18 * ridge, 70 - 12 * ridge))
    draw.text(
        (width * 0.03, height * 0.03), f"No. {seed}", fill="white", font_size=max(12, height // 14)
    )
    return picture
