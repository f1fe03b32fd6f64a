// The script of trusted pages: dropped files go into the plain file inputs that are there anyway,
// the page of an account follows its run, a browser that is back from a provider finishes, and the
// shell listens to the frame of an app, from exactly that origin, for two kinds of messages.
"use strict";
(() => {
  document.documentElement.classList.add("scripted");

  for (const zone of document.querySelectorAll(".drop")) {
    const input = zone.querySelector("input[type=file]");
    input.addEventListener("change", () => input.files.length && zone.requestSubmit());
    zone.addEventListener("dragover", (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
    zone.addEventListener("dragleave", () => zone.classList.remove("over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.classList.remove("over");
      if (event.dataTransfer.files.length === 0) return;
      input.files = event.dataTransfer.files;
      zone.requestSubmit();
    });
  }
  // A file that misses the zone must not replace the page.
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => event.preventDefault());

  const back = document.querySelector("form[data-submit]");
  if (back) back.requestSubmit();

  const live = document.querySelector("[data-live]");
  if (live) {
    const [bar, far] = [live.querySelector("progress"), live.querySelector(".far")];
    const events = new EventSource(live.dataset.live);
    const reload = () => (events.close(), location.reload());
    events.addEventListener("end", reload);
    // It ended before we asked.
    events.addEventListener("error", () => setTimeout(reload, 1000));
    events.addEventListener("message", ({ data }) => {
      const now = JSON.parse(data);
      if (now.asks !== ("waits" in live.dataset)) return reload();
      if (now.total > 0) [bar.max, bar.value] = [now.total, now.done];
      far.textContent = now.far;
      far.parentElement.hidden = now.far === "";
    });
  }

  const frame = document.querySelector("iframe[data-origin]");
  if (!frame) return;
  const { app, origin } = frame.dataset;
  const [name, pages] = [document.title, "/app/" + app + "/"];
  const text = (value, max) => typeof value === "string" && value.length <= max;
  addEventListener("message", ({ origin: from, source, data }) => {
    if (from !== origin || source !== frame.contentWindow || !data) return;
    if (data.type === "page" && text(data.title, 500) && text(data.path, 2048)) {
      // As the browser reads it, it must still be an address of this app.
      const shown = new URL(location.origin + "/app/" + app + data.path);
      if (!shown.pathname.startsWith(pages) || shown.hash) return;
      document.title = data.title === name ? name : data.title + " - " + name;
      document.querySelector(".where").textContent = data.title === name ? "" : data.title;
      history.replaceState(history.state, "", shown);
      document.querySelector("input[name=back]").value = location.pathname;
    } else if (data.type === "link" && text(data.link, 40) && text(data.arg, 2048)) {
      const token = text(data.token, 6144) ? data.token : "";
      const query = new URLSearchParams({ app, link: data.link, arg: data.arg, token });
      location.assign("/outward?" + query);
    } else if (data.type === "trouble") {
      document.querySelector(".trouble").hidden = false;
    }
  });
  // The script may come after the frame's first message: ask by setting its address now.
  frame.src = frame.dataset.src;
})();
