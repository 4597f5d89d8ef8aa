"use strict";
// Shows each change of a payment as it happens. The server sends the words, ready to be put in.
{
  const standing = document.getElementById("standing");
  const news = new EventSource(standing.dataset.news);

  function show(event) {
    const page = new DOMParser().parseFromString(event.data, "text/html");
    standing.replaceChildren(...page.body.childNodes);
    document.title = standing.querySelector("h1").textContent;
  }

  news.addEventListener("standing", show);
  news.addEventListener("end", (event) => {
    show(event);
    news.close();
  });
  news.addEventListener("error", () => {
    // It comes back by itself, unless the server would not have it: then this page is loaded anew.
    if (news.readyState === EventSource.CLOSED) setTimeout(() => location.replace(standing.dataset.again), 5000);
  });
}
