// The gallery: search, thumbnails when a card comes into view, and marked runs side by side under the address #compare=a,b,c.
(() => {
  "use strict";
  const byId = id => document.getElementById(id);
  const section = byId("comparison"), bar = byId("bar");

  // ---- The runs: those of a script that wait behind "older" are in a template, where they cost no layout ----
  const scripts = [...document.querySelectorAll("section.script")].map(part => {
    const [first, rest] = part.querySelectorAll(".runs"), older = part.querySelector("template");
    const cards = [...first.children, ...(older?.content.querySelectorAll(".run") ?? [])];
    return { part, first, rest, details: part.querySelector("details"), cards, atOnce: first.children.length };
  });
  const cards = scripts.flatMap(script => script.cards);
  const cardOf = new Map(cards.map(card => [card.dataset.run, card]));

  // A page from disk may load scripts but read no files: a script that the gallery wrote gives a run as a text.
  const loaded = new Map();
  window.crucibleRun = text => document.currentScript.resolve(JSON.parse(text));
  const load = key => {
    if (!loaded.has(key)) {
      loaded.set(key, new Promise(resolve => {
        const script = document.createElement("script");
        script.resolve = resolve;
        script.onerror = () => resolve(null); // the run was deleted after this page was written
        script.src = cardOf.get(key).dataset.copy;
        document.head.append(script);
      }));
    }
    return loaded.get(key);
  };

  // ---- Small figures ----
  const thumbnails = 3; // a card
  const isFlat = figure => !figure.data.some(trace => ["surface", "scatter3d"].includes(trace.type));
  const small = ({ data, layout }) => {
    const axes = ["xaxis", "yaxis", ...Object.keys(layout).filter(key => /^[xy]axis\d+$/.test(key))];
    const bare = Object.fromEntries(axes.map(axis => [axis, { ...layout[axis], title: { text: "" }, showticklabels: false, ticks: "", automargin: false }]));
    return {
      data: data.map(trace => ({ ...trace, showscale: false, ...(trace.marker ? { marker: { ...trace.marker, size: 3 } } : {}) })),
      layout: { ...layout, ...bare, title: { text: "" }, annotations: [], showlegend: false, height: 84, width: undefined, autosize: true, margin: { l: 3, r: 3, t: 3, b: 3 } },
    };
  };
  const drawThumbnails = async card => {
    const place = card.querySelector(".thumbnails");
    if (!place || Figures.isMissing) {
      card.dataset.drawn = "0"; // a run without figures
      return;
    }

    const figures = ((await load(card.dataset.run))?.figures ?? []).filter(isFlat).slice(0, thumbnails).map(small);
    place.replaceChildren(...figures.map(() => document.createElement("div")));
    await Promise.all(figures.map((figure, index) => Figures.draw(place.children[index], figure, { staticPlot: true })));
    card.dataset.drawn = String(figures.length);
  };
  const seen = new IntersectionObserver(entries => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      drawThumbnails(entry.target);
    }
  }, { rootMargin: "200px" });
  const observed = new Set();

  // ---- Search, filters, order ----
  const wordsOf = card => card.dataset.found ??= `${card.dataset.run} ${card.dataset.words} ${card.textContent}`.toLowerCase().replace(/\s+/g, " ");
  const stateOf = card => card.querySelector(".badge").textContent;
  const tagsOf = card => [...card.querySelectorAll(".tag")].map(tag => tag.textContent);
  const value = (card, missing) => "value" in card.dataset ? Number(card.dataset.value) : missing;
  const orders = {
    newest: null, // as they are
    oldest: () => -1,
    least: (a, b) => value(a, Infinity) - value(b, Infinity),
    greatest: (a, b) => value(b, -Infinity) - value(a, -Infinity),
  };
  const inOrder = (all, order) => order === "oldest" ? [...all].reverse() : orders[order] ? [...all].sort(orders[order]) : all;
  const tools = byId("tools");
  for (const [id, all] of [["state", cards.map(stateOf)], ["tag", cards.flatMap(tagsOf)]]) {
    for (const one of [...new Set(all)].sort()) byId(id).append(new Option(one, one));
    byId(id).hidden = byId(id).options.length < 2;
  }
  const isSought = () => byId("words").value.trim() !== "" || byId("state").value !== "" || byId("tag").value !== "";
  const shownOf = script => {
    const words = byId("words").value.toLowerCase().split(/\s+/).filter(word => word);
    const [state, tag] = [byId("state").value, byId("tag").value];
    const fits = card => words.every(word => wordsOf(card).includes(word)) && (!state || stateOf(card) === state) && (!tag || tagsOf(card).includes(tag));
    return inOrder(isSought() ? script.cards.filter(fits) : script.cards, byId("order").value);
  };

  // What was found lies open, and goes back to where it was when nothing is sought.
  const place = script => {
    const shown = shownOf(script), { details } = script;
    if (details && isSought() !== Boolean(script.wasOpened) && (script.wasOpened || !details.open)) {
      script.wasOpened = !script.wasOpened;
      details.open = script.wasOpened;
    }
    const rest = details?.open ? shown.slice(script.atOnce) : [];
    script.first.replaceChildren(...shown.slice(0, script.atOnce));
    script.rest?.replaceChildren(...rest);
    if (details) {
      details.hidden = shown.length <= script.atOnce;
      details.querySelector("summary").textContent = `${shown.length - script.atOnce} ${isSought() ? "more" : "older"}`;
    }
    script.part.hidden = shown.length === 0;
    for (const card of [...script.first.children, ...rest]) {
      if (observed.has(card)) continue;
      observed.add(card);
      seen.observe(card);
    }
    return shown.length;
  };
  const find = () => {
    const count = scripts.map(place).reduce((sum, found) => sum + found, 0);
    byId("found").textContent = isSought() ? `${count} of ${cards.length} runs` : "";
  };
  let waiting = 0;
  tools.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(find, 120); });
  tools.addEventListener("submit", event => event.preventDefault());
  for (const script of scripts) {
    for (const card of script.first.children) { observed.add(card); seen.observe(card); }
    script.details?.addEventListener("toggle", () => { if (script.details.open && script.rest.children.length === 0) place(script); });
  }

  // ---- Runs side by side ----
  const beside = SideBySide(section, {
    titleOf: key => cardOf.get(key).querySelector("h3").firstChild.textContent.trim(),
    addressOf: key => cardOf.get(key).querySelector("h3 a")?.href,
    close: () => { location.hash = ""; },
  });
  let shown = null; // the runs on the page
  const compare = async keys => {
    shown = keys;
    beside.hide();
    if (!keys) return;
    section.hidden = false;
    const copies = await Promise.all(keys.map(load));
    if (shown === keys) await beside.show(keys.map((key, place) => ({ key, ...copies[place] })).filter(run => run.record), () => shown === keys);
  };

  // ---- Marks ----
  let marked = new Set();
  const inShell = text => /^[\w./-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;
  const show = () => {
    for (const card of cards) card.querySelector("input").checked = marked.has(card.dataset.run);
    const readable = [...marked].filter(key => cardOf.get(key).dataset.copy);
    bar.hidden = marked.size === 0;
    byId("marked").textContent = marked.size === 1 ? "1 run marked" : `${marked.size} runs marked`;
    byId("compare").disabled = readable.length < 2;
    const names = [...marked].map(inShell).join(" "), start = `${byId("commands").dataset.door} runs `;
    byId("commands").textContent = [`tag good ${names}`, `note 'what I think' ${names}`, `delete ${names}`, ...(marked.size === 1 ? [`export ${names} report.html`] : [])].map(line => start + line).join("\n");
  };
  const read = () => {
    const at = location.hash.match(/^#run=(.+)$/);
    if (at) {
      const card = cardOf.get(decodeURIComponent(at[1]));
      const script = scripts.find(one => one.cards.includes(card));
      if (!card) return;
      if (!card.isConnected) { script.details.open = true; place(script); }
      card.scrollIntoView({ block: "center" });
      return;
    }
    const keys = (location.hash.match(/^#compare=(.+)$/)?.[1].split(",") ?? []).map(decodeURIComponent).filter(key => cardOf.get(key)?.dataset.copy);
    const wanted = [...new Set(keys)];
    if (wanted.length > 1) marked = new Set(wanted);
    else if (shown) marked = new Set();
    show();
    compare(wanted.length > 1 ? wanted : null);
  };
  addEventListener("hashchange", read);
  if (/^#(compare|run)=/.test(location.hash)) read();
  document.addEventListener("change", event => {
    const card = event.target.closest(".run");
    if (!card) return;
    if (event.target.checked) marked.add(card.dataset.run); else marked.delete(card.dataset.run);
    show();
  });
  // The older run is A.
  byId("compare").addEventListener("click", () => { location.hash = "#compare=" + [...marked].filter(key => cardOf.get(key).dataset.copy).sort().map(encodeURIComponent).join(","); });
  byId("clear").addEventListener("click", () => { marked = new Set(); show(); if (shown) location.hash = ""; });

  Figures.dark.addEventListener("change", () => {
    for (const card of cards) if (card.dataset.drawn) drawThumbnails(card);
    if (shown) compare(shown);
  });
})();
