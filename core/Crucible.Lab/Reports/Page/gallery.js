// The gallery: thumbnails when a card comes into view, and two marked runs side by side under the address #compare=a,b.
(() => {
  "use strict";
  const runs = JSON.parse(document.getElementById("runs").textContent);
  const section = document.getElementById("comparison");
  const cards = [...document.querySelectorAll(".run")];

  // A page from disk may load scripts but read no files: a script that the gallery wrote gives a run's charts as a text.
  const loaded = new Map();
  window.crucibleFigures = text => document.currentScript.resolve(JSON.parse(text));
  const figuresOf = key => {
    if (!runs[key]?.figures) return Promise.resolve([]);
    if (!loaded.has(key)) {
      loaded.set(key, new Promise(resolve => {
        const script = document.createElement("script");
        script.resolve = resolve;
        script.onerror = () => resolve([]); // the run was deleted after this page was written
        script.src = runs[key].figures;
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

    const figures = (await figuresOf(card.dataset.run)).filter(isFlat).slice(0, thumbnails).map(small);
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
  for (const card of cards) seen.observe(card);

  // ---- Two runs side by side ----
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

  let shown = null; // the pair on the page
  const compare = async pair => {
    shown = pair;
    delete section.dataset.drawn;
    for (const card of cards) {
      const box = card.querySelector("input");
      if (box) box.checked = pair?.includes(card.dataset.run) ?? false;
    }
    section.hidden = !pair;
    if (!pair) { section.replaceChildren(); return; }
    const [a, b] = pair.map(key => runs[key]);
    const letters = ["", "A", "B"];
    const settings = Comparison.settings(a.record, b.record);
    const checks = Comparison.checks(a.record, b.record);
    const close = element("button", "close", { type: "button", onclick: () => { location.hash = ""; } });
    section.replaceChildren(
      element("h2", `${a.record.script}: two runs side by side`), close,
      element("p", `A is the run of ${a.title}, B that of ${b.title}. In charts that lie over each other B is dotted.`),
      settings.length > 0 ? table("Settings that differ", ["setting", "A", "B"], settings) : element("p", "No setting differs."),
      table("Results", ["result", "A", "B", "B - A", "change"], Comparison.metrics(a.record, b.record)),
      ...(checks.length > 0 ? [table("Checks that came out differently", ["check", "A", "B"], checks)] : []));
    section.scrollIntoView();
    const figures = await Promise.all(pair.map(figuresOf));
    if (shown !== pair) return;
    const rows = Figures.isMissing ? [] : Comparison.charts(...figures, Figures.colors());
    if (Figures.isMissing) section.append(element("p", "The charts need plotly.js, which this page could not load from the network."));
    const drawings = rows.map(row => {
      const place = element("div", undefined, { className: "charts" });
      const plots = row.map(() => element("div", undefined, { className: "plot" }));
      place.append(...plots);
      section.append(place);
      return Promise.all(row.map((figure, index) => Figures.draw(plots[index], figure)));
    });
    await Promise.all(drawings);
    section.dataset.drawn = String(rows.length);
  };

  const read = () => {
    const pair = (location.hash.match(/^#compare=([^,]+),([^,]+)$/) ?? []).slice(1).map(decodeURIComponent).filter(key => runs[key]);
    compare(pair.length === 2 && pair[0] !== pair[1] ? pair : null);
  };
  addEventListener("hashchange", read);
  if (location.hash.startsWith("#compare=")) read();

  // The last two marked runs of the same script are compared, the older one as A.
  let marked = [];
  const mark = (key, isMarked) => {
    const script = key.split("/")[0];
    marked = (shown ?? marked).filter(other => other !== key && other.split("/")[0] === script);
    if (isMarked) marked = [...marked, key].slice(-2);
    for (const card of cards) {
      const box = card.querySelector("input");
      if (box) box.checked = marked.includes(card.dataset.run);
    }
    if (marked.length === 2) location.hash = "#compare=" + [...marked].sort().map(encodeURIComponent).join(",");
    else if (shown) location.hash = "";
  };
  for (const card of cards) card.querySelector("input")?.addEventListener("change", event => mark(card.dataset.run, event.target.checked));

  Figures.dark.addEventListener("change", () => {
    for (const card of cards) if (card.dataset.drawn) drawThumbnails(card);
    if (shown) compare(shown);
  });
})();
