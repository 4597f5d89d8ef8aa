"use strict";
// Keeps what somebody had typed when their sign-in had ended, and puts it back when they see the form again. Links to
// sign in open in a tab of their own, so it is kept for all tabs of this browser, for a day at most.
{
  const KEPT_MS = 24 * 60 * 60 * 1000;
  const place = (path) => `ppv typed ${path}`;

  function show(field) {
    for (let around = field.closest?.("details"); around; around = around.parentElement.closest("details")) around.open = true;
  }

  function putBack(form, fields) {
    for (const [name, value] of Object.entries(fields)) {
      const field = form.elements[name];
      if (!field || !("value" in field)) continue;
      field.value = value;
      if (value && field.type !== "hidden") show(field);
      if (field.dispatchEvent) field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  try {
    const kept = document.getElementById("kept");
    if (kept) {
      const fields = JSON.parse(kept.dataset.fields);
      localStorage.setItem(place(location.pathname), JSON.stringify({ at: Date.now(), fields }));
    }
    for (const form of document.forms) {
      const path = place(new URL(form.action).pathname);
      const found = JSON.parse(localStorage.getItem(path));
      localStorage.removeItem(path);
      if (found && Date.now() - found.at < KEPT_MS) putBack(form, found.fields);
    }
  } catch {
    // Some browsers keep nothing: the words stand on the page, to be copied.
  }
}
