// The one script of an app's pages. It sends links and forms by fetch with the page's token and
// swaps the page; it tells the shell around the frame where the owner is. It runs no text as code
// and writes no markup but what the host answered.
"use strict";
(() => {
  const home = document.documentElement.dataset.home;
  // A form's own methods may be hidden by a field of that name.
  const attribute = (element, name) => Element.prototype.getAttribute.call(element, name);
  const around = (element, selector) => Element.prototype.closest.call(element, selector);
  const trusted = self.trustedTypes
    ? trustedTypes.createPolicy("shell", { createHTML: (html) => html })
    : { createHTML: (html) => html };
  const main = () => document.querySelector("main");
  // Of the page or the panel whose link or form it is: that is written on it, for an app can shift
  // where it stands.
  function tokenOf(element) {
    const panel = attribute(element, "data-panel");
    const part = panel ? "section.panel[data-panel='" + panel + "']" : "main";
    return document.querySelector(part).dataset.token;
  }
  const tell = (message) => parent.postMessage(message, home);
  // A request may take a while: one that was overtaken is dropped.
  let running = null;

  function where() {
    const page = main();
    document.title = page.dataset.title;
    const path = page.dataset.path || location.pathname + location.search;
    tell({ type: "page", title: page.dataset.title, path });
  }

  function save(blob, disposition) {
    const named = /filename\*=UTF-8''([^;]+)/.exec(disposition);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = named ? decodeURIComponent(named[1]) : "download";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  // What had the focus, as something to find again in the next page.
  function focused() {
    const element = document.activeElement;
    const name = element && element !== document.body && attribute(element, "name");
    if (!name) return null;
    const same = [...document.getElementsByName(name)];
    return { name, at: same.indexOf(element), caret: element.selectionStart };
  }

  function focus(mark) {
    const element = mark && document.getElementsByName(mark.name)[mark.at];
    if (!element) return main().focus({ preventScroll: true });
    element.focus({ preventScroll: true });
    try {
      element.setSelectionRange(mark.caret, mark.caret);
    } catch {
      // Not every field has a caret.
    }
  }

  // `token` is that of the page that made the request: going back repeats the request of back then.
  async function show(path, token, { body = null, keep = false, back = false } = {}) {
    running?.abort();
    const mine = (running = new AbortController());
    main().setAttribute("aria-busy", "true");
    const headers = { Accept: "text/html" };
    if (token) headers["Domicile-Page"] = token;
    try {
      const method = body ? "POST" : "GET";
      const init = { method, body, headers, signal: mine.signal, redirect: "error" };
      const response = await fetch(path, init);
      const disposition = response.headers.get("Content-Disposition");
      if (disposition) return save(await response.blob(), disposition);
      const html = await response.text();
      const parsed = new DOMParser().parseFromString(trusted.createHTML(html), "text/html");
      const page = parsed.querySelector("main");
      if (!page) throw new Error("no page");
      const mark = keep ? focused() : null;
      const scrolled = scrollY;
      main().replaceWith(document.adoptNode(page));
      const at = page.dataset.path || location.pathname + location.search;
      if (back || at === location.pathname + location.search) {
        history.replaceState({ token }, "", at);
      } else {
        history.pushState({ token }, "", at);
      }
      scrollTo(0, keep ? scrolled : 0);
      focus(mark);
      where();
    } catch (error) {
      if (error.name !== "AbortError") tell({ type: "trouble" });
    } finally {
      if (running === mine) main().removeAttribute("aria-busy");
    }
  }

  addEventListener("click", (event) => {
    const link = event.target instanceof Element && around(event.target, "main a[href]");
    if (!link || event.defaultPrevented || event.button !== 0) return;
    event.preventDefault();
    const token = tokenOf(link);
    if (link.dataset.link) {
      tell({ type: "link", link: link.dataset.link, arg: link.dataset.arg ?? "", token });
    } else {
      show(attribute(link, "href"), token);
    }
  });

  addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    const button = event.submitter;
    const from = (name) => (button && attribute(button, "form" + name)) ?? attribute(form, name);
    const path = from("action") ?? location.pathname;
    const data = new FormData(form, button);
    data.delete("-token");
    const files = [...data.values()].some((value) => value instanceof File);
    const token = tokenOf(form);
    if (from("method") === "post") {
      show(path, token, { body: files ? data : new URLSearchParams(data), keep: true });
    } else {
      const query = new URLSearchParams([...data].filter(([, value]) => typeof value === "string"));
      show(path.split("?")[0] + (query.size ? "?" + query : ""), token, { keep: true });
    }
  });

  addEventListener("popstate", (event) => {
    show(location.pathname + location.search, event.state?.token ?? null, { back: true });
  });

  history.replaceState({ token: null }, "", main().dataset.path || location.pathname);
  where();
})();
