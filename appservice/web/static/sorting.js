"use strict";
// Files are put in their order with mouse, finger or pen. The buttons beside them do the same, by keys and without this.
/* exported sortable */
const EDGE = 48;

function sortable(section, moved) {
  section.classList.add("sortable");
  let held = null;

  // Where the pointer is, the file goes: before the first one whose middle is below it.
  function follow(event) {
    if (!held || event.pointerId !== held.pointer) return;
    if (event.clientY < EDGE) scrollBy(0, -EDGE / 4);
    if (event.clientY > innerHeight - EDGE) scrollBy(0, EDGE / 4);
    const others = [...held.list.children].filter((each) => each !== held.item);
    const below = others.find((each) => {
      const { top, height } = each.getBoundingClientRect();
      return event.clientY < top + height / 2;
    });
    if (held.item.nextElementSibling !== (below ?? null)) held.list.insertBefore(held.item, below ?? null);
  }

  function letGo(keep) {
    if (!held) return;
    const { item, list, from } = held;
    held = null;
    item.classList.remove("held");
    delete document.body.dataset.sorting;
    const place = [...list.children].indexOf(item);
    if (keep && place !== from) moved(item, place);
    else list.insertBefore(item, [...list.children].filter((each) => each !== item)[from] ?? null);
  }

  section.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".grip");
    if (!grip || event.button) return;
    event.preventDefault();
    const item = grip.closest("li");
    held = { item, list: item.parentElement, pointer: event.pointerId, from: [...item.parentElement.children].indexOf(item) };
    item.classList.add("held");
    document.body.dataset.sorting = "";
  });
  // Moving an element in its list would end a pointer's capture, so the page itself listens.
  addEventListener("pointermove", follow);
  addEventListener("pointerup", (event) => { follow(event); letGo(true); });
  addEventListener("pointercancel", () => letGo(false));
  addEventListener("keydown", (event) => { if (event.key === "Escape") letGo(false); });
}
