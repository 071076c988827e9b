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
  const place = (script, shown, isOpen) => {
    const rest = script.rest && (isOpen || script.details.open) ? shown.slice(script.atOnce) : [];
    script.first.replaceChildren(...shown.slice(0, script.atOnce));
    script.rest?.replaceChildren(...rest);
    if (script.details) {
      script.details.hidden = shown.length <= script.atOnce;
      script.details.querySelector("summary").textContent = `${shown.length - script.atOnce} ${isOpen ? "more" : "older"}`;
      if (isOpen) script.details.open = true;
    }
    script.part.hidden = shown.length === 0;
    for (const card of [...script.first.children, ...rest]) {
      if (observed.has(card)) continue;
      observed.add(card);
      seen.observe(card);
    }
  };
  const shownOf = script => {
    const words = byId("words").value.toLowerCase().split(/\s+/).filter(word => word);
    const [state, tag] = [byId("state").value, byId("tag").value];
    const fits = card => words.every(word => wordsOf(card).includes(word)) && (!state || stateOf(card) === state) && (!tag || tagsOf(card).includes(tag));
    return inOrder(words.length > 0 || state || tag ? script.cards.filter(fits) : script.cards, byId("order").value);
  };
  const isSought = () => byId("words").value.trim() !== "" || byId("state").value !== "" || byId("tag").value !== "";
  const find = () => {
    let count = 0;
    for (const script of scripts) {
      const shown = shownOf(script);
      count += shown.length;
      place(script, shown, isSought());
    }
    byId("found").textContent = isSought() ? `${count} of ${cards.length} runs` : "";
  };
  let waiting = 0;
  tools.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(find, 120); });
  tools.addEventListener("submit", event => event.preventDefault());
  for (const script of scripts) {
    for (const card of script.first.children) { observed.add(card); seen.observe(card); }
    script.details?.addEventListener("toggle", () => { if (script.details.open && script.rest.children.length === 0) place(script, shownOf(script), false); });
  }

  // ---- Runs side by side ----
  const element = (name, text, attributes = {}) => {
    const made = Object.assign(document.createElement(name), attributes);
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const table = (caption, headings, rows) => {
    const frame = element("div", undefined, { className: "scroll", tabIndex: 0 });
    const made = element("table");
    const isNumeric = column => column > 0 && rows.every(row => /^$|^[+-]?\d/.test(row[column]));
    const line = (cells, kind) => { const row = element("tr"); row.append(...cells.map((cell, column) => element(kind, cell, { className: isNumeric(column) ? "number" : "" }))); return row; };
    made.append(element("caption", caption), line(headings, "th"), ...rows.map(row => line(row, "td")));
    frame.append(made);
    return frame;
  };
  const titleOf = key => cardOf.get(key).querySelector("h3").firstChild.textContent.trim();
  const legend = columns => {
    const list = element("ul", undefined, { className: "columns" });
    for (const column of columns) {
      const item = element("li");
      item.append(element("b", column.letter), column.runs.length > 1 ? ` ${column.runs.length} runs, seeds ` : ` ${column.runs[0].record.script}, seed `);
      column.runs.forEach((run, place) => item.append(place > 0 ? ", " : "", element("a", String(run.record.seed), { href: cardOf.get(run.key).querySelector("h3 a")?.href ?? "#", title: titleOf(run.key) })));
      if (column.runs.length === 1) item.append(`, ${titleOf(column.runs[0].key)}`);
      list.append(item);
    }
    return list;
  };

  let shown = null; // the runs on the page
  const compare = async keys => {
    shown = keys;
    delete section.dataset.drawn;
    section.hidden = !keys;
    if (!keys) { section.replaceChildren(); return; }
    const copies = await Promise.all(keys.map(load));
    if (shown !== keys) return;
    const runs = keys.map((key, place) => ({ key, ...copies[place] })).filter(run => run.record);
    const columns = Comparison.columns(runs), hasSeeds = columns.some(column => column.runs.length > 1);
    const names = [...new Set(runs.map(run => run.record.script))];
    const letters = columns.map(column => column.letter);
    const [settings, checks, metrics] = [Comparison.settings(columns), Comparison.checks(columns), Comparison.metrics(columns)];
    section.replaceChildren(
      element("h2", `${names.join(", ")}: ${runs.length} runs side by side`),
      element("button", "close", { type: "button", onclick: () => { location.hash = ""; } }),
      legend(columns),
      ...(hasSeeds ? [element("p", "Runs that were asked for alike but for the seed are one column: mean ± half of the interval of 95 % (Student's t). Differences are means over the seeds that both have, with the p of a paired t-test where there are two or more; it takes no account of how many results are looked at.")] : []),
      settings.length > 0 ? table("Settings that differ", ["setting", ...letters], settings) : element("p", "No setting differs."),
      metrics.rows.length > 0 ? table("Results that differ", metrics.headings, metrics.rows) : element("p", "No result differs."),
      ...(metrics.same > 0 ? [element("p", `${metrics.same} ${metrics.same === 1 ? "result is" : "results are"} the same.`, { className: "facts" })] : []),
      ...(checks.length > 0 ? [table("Checks that came out differently", ["check", ...letters], checks)] : []));
    section.scrollIntoView();
    if (Figures.isMissing) section.append(element("p", "The charts need plotly.js, which is missing beside this page. The next run of a script brings it."));
    const rows = Figures.isMissing ? [] : Comparison.charts(columns, new Map(runs.map(run => [run.key, run.figures])), Figures.colors());
    if (rows.length > 0) section.append(element("p", "Each column has its colour, and each curve of a chart its dash." + (columns.length > Comparison.most ? ` Charts are those of ${letters[0]} to ${letters[Comparison.most - 1]}.` : ""), { className: "facts" }));
    const drawings = rows.map(row => {
      const place = element("div", undefined, { className: "charts" });
      const plots = row.map(() => element("div", undefined, { className: "plot" }));
      place.append(...plots);
      section.append(place);
      return Promise.all(row.map((figure, index) => Figures.draw(plots[index], figure, { displayModeBar: false })));
    });
    await Promise.all(drawings);
    section.dataset.drawn = String(rows.length);
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
    const names = [...marked].map(inShell).join(" "), start = "dotnet fsi build.fsx runs ";
    byId("commands").textContent = [`tag good ${names}`, `note 'what I think' ${names}`, `delete ${names}`, ...(marked.size === 1 ? [`export ${names} report.html`] : [])].map(line => start + line).join("\n");
  };
  const read = () => {
    const at = location.hash.match(/^#run=(.+)$/);
    if (at) {
      const card = cardOf.get(decodeURIComponent(at[1]));
      const script = scripts.find(one => one.cards.includes(card));
      if (!card) return;
      if (!card.isConnected) { script.details.open = true; place(script, shownOf(script), false); }
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
