// The pages of a store of studies: parts that the server writes and figures beside them, both as new as the store.
(() => {
  "use strict";
  const period = 1000, typing = 250, patience = 60000; // milliseconds
  const byId = id => document.getElementById(id);
  const [status, tools, compare] = ["status", "tools", "compare"].map(byId);
  const query = new URLSearchParams(location.search);
  const parts = [...document.querySelectorAll("[data-part]")].map(element => ({ element, version: null }));
  const marked = new Set(); // names of studies to compare
  let turn = 0, timer = null, misses = 0;

  const address = name => query.size > 0 ? `${name}?${query}` : name;
  const ask = async (name, headers) => {
    const answer = await fetch(name, { cache: "no-store", headers, signal: AbortSignal.timeout(patience) });
    if (answer.status >= 400) throw new Error(await answer.text());
    return answer;
  };
  const places = document.querySelector("[data-figures]");
  const figures = places && Panels.follow(places, () => address(places.dataset.figures), ask);

  const say = (word, color, problem = "") => {
    if (status.textContent !== word) status.textContent = word;
    status.className = `badge ${color}`;
    const line = byId("problem") ?? Object.assign(document.createElement("p"), { id: "problem", className: "banner bad", role: "alert" });
    if (line.textContent !== problem) line.textContent = problem;
    if (!line.isConnected) document.querySelector("header").append(line);
    line.hidden = problem === "";
  };

  const showMarked = () => {
    if (!compare) return;
    document.querySelectorAll("input[name=study]").forEach(box => { box.checked = marked.has(box.value); });
    const isEnough = marked.size > 1;
    compare.textContent = isEnough ? `compare ${marked.size} studies` : "Mark studies to compare them.";
    compare.ariaDisabled = String(!isEnough);
    if (isEnough) compare.href = `compare?${[...marked].map(name => `study=${encodeURIComponent(name)}`).join("&")}`;
    else compare.removeAttribute("href");
  };

  // New markup in place of the old, as the reader left it: focus, scrolling and what is folded.
  const focusable = "a, button, input, .scroll, pre, summary";
  const keyOf = element => element.id || element.getAttribute("href") || element.value;
  const fill = (element, markup) => {
    const before = [...element.querySelectorAll(focusable)], place = before.indexOf(document.activeElement);
    const key = place >= 0 ? keyOf(before[place]) : null;
    const scrolled = [...element.querySelectorAll(".scroll, pre")].map(({ scrollLeft, scrollTop }) => [scrollLeft, scrollTop]);
    const folded = [...element.querySelectorAll("details")].map(({ open }) => open);
    element.innerHTML = markup; // from the program that serves this page, which encodes what it is told
    [...element.querySelectorAll(".scroll, pre")].forEach((one, i) => { [one.scrollLeft, one.scrollTop] = scrolled[i] ?? [0, 0]; });
    [...element.querySelectorAll("details")].forEach((one, i) => { one.open = folded[i] ?? one.open; });
    showMarked();
    if (place < 0) return;
    const after = [...element.querySelectorAll(focusable)];
    ((key && after.find(one => keyOf(one) === key)) ?? after[place])?.focus({ preventScroll: true });
  };

  const update = async (part, own) => {
    const answer = await ask(address(part.element.dataset.part), part.version ? { "If-None-Match": part.version } : {});
    if (answer.status !== 200) return;
    const markup = await answer.text();
    if (own !== turn) return; // the reader has asked for something else meanwhile
    part.version = answer.headers.get("ETag");
    fill(part.element, markup);
  };

  const draw = async () => {
    if (!figures || Figures.isMissing) return;
    await Figures.inTurn(figures.shown());
    document.documentElement.dataset.drawn = "true";
  };

  const follow = async () => {
    clearTimeout(timer);
    const own = ++turn;
    const results = await Promise.allSettled([...parts.map(part => update(part, own)), figures?.update()]);
    if (own !== turn) return;
    const failed = results.find(({ status: end }) => end === "rejected")?.reason;
    const isGone = failed instanceof TypeError; // nobody answers; once may be chance
    misses = isGone ? misses + 1 : 0;
    if (!failed) say("following the store", "good");
    else if (!isGone) say(failed.name === "TimeoutError" ? "waiting" : "problem", failed.name === "TimeoutError" ? "warn" : "bad", failed.message);
    else if (misses > 2) say("ended", "bad", "The dashboard does not answer any more: it was ended.");
    if (figures && Figures.isMissing && !failed) say("without charts", "warn", "The charts need plotly.js, which could not be loaded.");
    if (figures && results.at(-1).value) await draw().catch(console.error);
    document.documentElement.dataset.turn = String(own);
    if (own === turn) timer = setTimeout(follow, misses < 3 ? period : 5 * period);
  };

  const change = (name, value) => {
    if (value) query.set(name, value);
    else query.delete(name);
    history.replaceState(null, "", address(location.pathname));
    follow();
  };

  let typed = null;
  tools?.addEventListener("submit", event => event.preventDefault());
  tools?.addEventListener("input", ({ target }) => {
    clearTimeout(typed);
    typed = setTimeout(() => change(target.name, target.value), target.tagName === "SELECT" ? 0 : typing);
  });
  document.addEventListener("click", ({ target }) => {
    const { sort, most } = target.dataset;
    if (sort) change("sort", sort);
    if (most) change("most", most);
  });
  document.addEventListener("change", ({ target }) => {
    if (!target.matches("input[name=study]")) return;
    if (target.checked) marked.add(target.value);
    else marked.delete(target.value);
    showMarked();
  });
  byId("mark-all")?.addEventListener("click", () => {
    document.querySelectorAll("input[name=study]").forEach(({ value }) => marked.add(value));
    showMarked();
  });
  byId("mark-none")?.addEventListener("click", () => { marked.clear(); showMarked(); });
  if (figures) Figures.dark.addEventListener("change", () => draw());
  follow();
})();
