"use strict";
// What only the seller's browser can see of a film, since the server does not decode it: how long and how wide it is,
// and one picture out of it. The server believes none of it unseen.
/* exported lookAtFilm */
const PATIENCE = 10_000;
const POSTER_SIDE = 1280;

function once(target, event) {
  return new Promise((done, failed) => {
    target.addEventListener(event, done, { once: true });
    target.addEventListener("error", failed, { once: true });
    setTimeout(failed, PATIENCE);
  });
}

async function posterOf(video) {
  // The very first picture is often black.
  video.currentTime = Number.isFinite(video.duration) ? Math.min(video.duration / 10, 5) : 0;
  await once(video, "seeked");
  const scale = Math.min(1, POSTER_SIDE / Math.max(video.videoWidth, video.videoHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(video.videoWidth * scale));
  canvas.height = Math.max(1, Math.round(video.videoHeight * scale));
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.85); });
}

// Whatever this browser cannot tell is left out.
async function lookAtFilm(file) {
  const found = {};
  if (!file.type.startsWith("video/")) return found;
  const video = document.createElement("video");
  Object.assign(video, { muted: true, playsInline: true, preload: "auto", src: URL.createObjectURL(file) });
  try {
    await once(video, "loadedmetadata");
    if (Number.isFinite(video.duration)) found.duration = Math.round(video.duration * 1000);
    if (video.videoWidth) {
      Object.assign(found, { width: video.videoWidth, height: video.videoHeight });
      found.poster = await posterOf(video);
    }
  } catch {
    // It is sold without a picture then, as a film that comes by the chat of some clients.
  } finally {
    const { src } = video;
    video.removeAttribute("src");
    URL.revokeObjectURL(src);
  }
  return found;
}
