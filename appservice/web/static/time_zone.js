"use strict";
// Chooses the browser's own time zone where none is known yet. Without this script people choose it themselves.
{
  const zone = document.querySelector("select[data-guess]");
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && [...zone.options].some((each) => each.value === here)) zone.value = here;
}
