"use strict";
// Looks from time to time whether this page has changed, and only then loads it anew.
{
  const PAUSE = 3000;
  const MOST = 200;
  const main = document.querySelector("main");
  const before = main.innerHTML;
  let looks = 0;

  async function look() {
    const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
    if (answer && answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (page.querySelector("main").innerHTML !== before) return location.reload();
    }
    if (++looks < MOST) setTimeout(look, PAUSE);
  }

  setTimeout(look, PAUSE);
}
