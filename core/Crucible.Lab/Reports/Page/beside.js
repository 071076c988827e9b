// Runs side by side in a section of the page: what differs in settings, results and checks, and their charts over each other.
// `about` tells the title and address of a run's report, and may close the section.
const SideBySide = (section, about) => {
  "use strict";
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
  const nameOf = (run, text) => {
    const address = about.addressOf(run.key);
    return address ? element("a", text, { href: address, title: about.titleOf(run.key) }) : element("span", text, { title: about.titleOf(run.key) });
  };
  const legend = columns => {
    const list = element("ul", undefined, { className: "columns" });
    for (const column of columns) {
      const item = element("li");
      item.append(element("b", column.letter), column.runs.length > 1 ? ` ${column.runs.length} runs, seeds ` : ` ${column.runs[0].record.script}, seed `);
      column.runs.forEach((run, place) => item.append(place > 0 ? ", " : "", nameOf(run, String(run.record.seed))));
      if (column.runs.length === 1) item.append(`, ${about.titleOf(column.runs[0].key)}`);
      list.append(item);
    }
    return list;
  };

  const hide = () => {
    delete section.dataset.drawn;
    section.hidden = true;
    section.replaceChildren();
  };

  // Draws runs; `isWanted` says whether the reader still wants them.
  const show = async (runs, isWanted = () => true) => {
    section.hidden = false;
    const columns = Comparison.columns(runs), hasSeeds = columns.some(column => column.runs.length > 1);
    const names = [...new Set(runs.map(run => run.record.script))];
    const letters = columns.map(column => column.letter);
    const [settings, checks, metrics] = [Comparison.settings(columns), Comparison.checks(columns), Comparison.metrics(columns)];
    section.replaceChildren(
      element("h2", `${names.join(", ")}: ${runs.length} runs side by side`),
      ...(about.close ? [element("button", "close", { type: "button", onclick: about.close })] : []),
      legend(columns),
      ...(hasSeeds ? [element("p", "Runs that were asked for alike but for the seed are one column: mean ± half of the interval of 95 % (Student's t). Differences are means over the seeds that both have, with the p of a paired t-test where there are two or more; it takes no account of how many results are looked at.")] : []),
      settings.length > 0 ? table("Settings that differ", ["setting", ...letters], settings) : element("p", "No setting differs."),
      metrics.rows.length > 0 ? table("Results that differ", metrics.headings, metrics.rows) : element("p", "No result differs."),
      ...(metrics.same > 0 ? [element("p", `${metrics.same} ${metrics.same === 1 ? "result is" : "results are"} the same.`, { className: "facts" })] : []),
      ...(checks.length > 0 ? [table("Checks that came out differently", ["check", ...letters], checks)] : []));
    if (about.close) section.scrollIntoView();
    if (Figures.isMissing) section.append(element("p", "The charts need plotly.js, which is missing beside this page. The next run of a script brings it."));
    const rows = Figures.isMissing ? [] : Comparison.charts(columns, new Map(runs.map(run => [run.key, run.figures])), Figures.colors());
    if (rows.length > 0) section.append(element("p", "Each column has its colour, and each curve of a chart its dash." + (columns.length > Comparison.most ? ` Charts are those of ${letters[0]} to ${letters[Comparison.most - 1]}.` : ""), { className: "facts" }));
    await Promise.all(rows.map(row => {
      const place = element("div", undefined, { className: "charts" });
      const plots = row.map(() => element("div", undefined, { className: "plot" }));
      place.append(...plots);
      section.append(place);
      return Promise.all(row.map((figure, index) => Figures.draw(plots[index], figure, { displayModeBar: false })));
    }));
    if (isWanted()) section.dataset.drawn = String(rows.length);
  };

  return { show, hide };
};
