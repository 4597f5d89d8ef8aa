"use strict";
// Asks the chat app that shows this page who sits there, by the widget API: for an OpenID token, which is then shown to
// our server. It speaks to no window but the one around it, and to that only once it has spoken from a known origin.
{
  const WAITS = 10;
  const page = document.getElementById("widget");
  const said = document.getElementById("said");
  const again = document.getElementById("again");
  const apps = JSON.parse(page.dataset.apps);
  const words = JSON.parse(page.dataset.words);
  let app = null;
  let asked = null;

  const say = (what, retry = false) => {
    said.textContent = what.replaceAll("`", "");
    again.hidden = !retry;
  };
  const send = (message) => parent.postMessage(message, app.origin);

  function ask() {
    asked = [...crypto.getRandomValues(new Uint32Array(4))].join("-");
    say(words.asking);
    send({ api: "fromWidget", widgetId: app.widgetId, requestId: asked, action: "get_openid", data: {} });
  }

  async function enter({ access_token: openid, matrix_server_name: server }) {
    say(words.moment);
    const body = new URLSearchParams({ token: page.dataset.token, for: page.dataset.for, openid, server });
    const headers = { Accept: "application/json" };
    try {
      const answer = await fetch(page.dataset.action, { method: "POST", body, headers, credentials: "same-origin" });
      const { go, error } = await answer.json();
      if (answer.ok) location.replace(go);
      else say(error, true);
    } catch {
      say(words.broke, true);
    }
  }

  function heard({ state, ...credentials }) {
    if (state === "allowed" && credentials.access_token && credentials.matrix_server_name) enter(credentials);
    else if (state === "request") say(words.allow);
    else say(words.unsaid, true);
  }

  // What the app asks of us. We want nothing of it, so there are no capabilities to be had.
  function answered({ action, data }) {
    if (action === "capabilities") return { capabilities: [] };
    if (action === "supported_api_versions") return { supported_versions: ["0.0.1", "0.0.2"] };
    if (action === "openid_credentials" && asked && data?.original_request_id === asked) {
      asked = null;
      heard(data);
    }
    return {};
  }

  addEventListener("message", ({ source, origin, data }) => {
    if (parent === window || source !== parent || !apps.includes(origin)) return;
    if (typeof data !== "object" || data === null || typeof data.widgetId !== "string") return;
    if (app && (app.origin !== origin || app.widgetId !== data.widgetId)) return;
    if (data.api === "toWidget" && !data.response) {
      const first = app === null;
      app ??= { origin, widgetId: data.widgetId };
      send({ ...data, response: answered(data) });
      if (first) ask();
    } else if (data.api === "fromWidget" && data.response && asked && data.requestId === asked) {
      // While the app asks its user, the answer comes later, as openid_credentials.
      if (data.response.state !== "request") asked = null;
      heard(data.response);
    }
  });

  again.addEventListener("click", ask);
  setTimeout(() => {
    if (app === null) say(words.alone);
  }, WAITS * 1000);
}
