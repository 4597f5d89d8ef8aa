"use strict";
// What only the seller's browser can see of a film or a sound, since the server does not decode them: how long it is,
// and for a film how wide, and one picture out of it. The server believes none of it unseen.
/* exported lookAtMedia */
const MEASURES_WITHIN = 3_000;
const POSTER_WITHIN = 10_000;
const POSTER_SIDE = 1280;

function once(target, event, within) {
  return new Promise((done, failed) => {
    target.addEventListener(event, done, { once: true });
    target.addEventListener("error", failed, { once: true });
    setTimeout(failed, within);
  });
}

async function posterOf(video) {
  // The very first picture is often black.
  video.currentTime = Number.isFinite(video.duration) ? Math.min(video.duration / 10, 5) : 0;
  await once(video, "seeked", POSTER_WITHIN);
  const scale = Math.min(1, POSTER_SIDE / Math.max(video.videoWidth, video.videoHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(video.videoWidth * scale));
  canvas.height = Math.max(1, Math.round(video.videoHeight * scale));
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.85); });
}

// The measures come soon; `poster` is a promise of its own, so that nothing need wait for it. Whatever this browser
// cannot tell is left out: the file is sold without, like one that comes by the chat of some clients.
async function lookAtMedia(file) {
  const [kind] = file.type.split("/");
  if (kind !== "video" && kind !== "audio") return {};
  const media = document.createElement(kind);
  Object.assign(media, { muted: true, playsInline: true, preload: "auto", src: URL.createObjectURL(file) });
  const close = () => {
    const { src } = media;
    media.removeAttribute("src");
    URL.revokeObjectURL(src);
  };
  const found = {};
  try {
    await once(media, "loadedmetadata", MEASURES_WITHIN);
  } catch {
    close();
    return found;
  }
  if (Number.isFinite(media.duration)) found.duration = Math.round(media.duration * 1000);
  if (media.videoWidth) {
    Object.assign(found, { width: media.videoWidth, height: media.videoHeight });
    found.poster = posterOf(media).catch(() => null).finally(close);
  } else close();
  return found;
}
