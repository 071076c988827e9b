// The page of crucible compare: lines over settings and results, a table of all runs, and those that are marked side by side.
(() => {
  "use strict";
  const byId = id => document.getElementById(id);
  const runs = JSON.parse(byId("runs").textContent), few = Comparison.most, atOnce = 200; // rows of the table
  const beside = SideBySide(byId("comparison"), { titleOf: key => key, addressOf: () => undefined });
  const rows = [...document.querySelectorAll("#all tbody tr")];
  const marked = new Set(runs.length <= few ? runs.keys() : []);
  let passing = null; // the runs that the axes let pass; null for all
  let hasMore = false;

  const list = () => {
    const shown = rows.filter((_, place) => passing === null || passing.has(place));
    byId("all").querySelector("tbody").replaceChildren(...(hasMore ? shown : shown.slice(0, atOnce)));
    byId("count").textContent = passing === null ? `${rows.length} runs` : `${shown.length} of ${rows.length} runs`;
    byId("more").hidden = hasMore || shown.length <= atOnce;
  };
  const compare = () => {
    const chosen = [...marked].sort((a, b) => a - b).map(place => runs[place]);
    if (chosen.length > 1) return beside.show(chosen);
    beside.hide();
    return Promise.resolve();
  };
  byId("more").addEventListener("click", () => { hasMore = true; list(); });
  rows.forEach((row, place) => {
    const box = row.querySelector("input");
    box.checked = marked.has(place);
    box.addEventListener("change", () => { if (box.checked) marked.add(place); else marked.delete(place); compare(); });
  });
  // A click on a heading sorts by its column, and once more the other way round.
  document.querySelectorAll("#all th[data-column]").forEach(heading => heading.addEventListener("click", () => {
    const column = Number(heading.dataset.column), isDown = heading.ariaSort === "ascending";
    const read = row => row.children[column].dataset.value ?? row.children[column].textContent;
    const value = row => { const text = read(row), number = Number(text); return text === "" ? (isDown ? -Infinity : Infinity) : Number.isNaN(number) ? text : number; };
    const order = (a, b) => { const [x, y] = [value(a), value(b)]; return typeof x === typeof y ? (x < y ? -1 : x > y ? 1 : 0) : typeof x === "number" ? -1 : 1; };
    const places = new Map(rows.map((row, place) => [row, place]));
    const sorted = [...rows].sort((a, b) => isDown ? order(b, a) : order(a, b));
    document.querySelectorAll("#all th").forEach(other => { other.ariaSort = null; });
    heading.ariaSort = isDown ? "descending" : "ascending";
    const body = byId("all").querySelector("tbody"), shown = sorted.filter(row => passing === null || passing.has(places.get(row)));
    body.replaceChildren(...(hasMore ? shown : shown.slice(0, atOnce)));
  }));

  const lines = byId("lines"), figure = lines && JSON.parse(byId("lines-data").textContent);
  // What is dragged along an axis is a range, or ranges, of its values.
  const filter = () => {
    const ranges = lines.data[0].dimensions.map(({ values, constraintrange }) => ({ values, ranges: !constraintrange ? null : Array.isArray(constraintrange[0]) ? constraintrange : [constraintrange] }))
      .filter(axis => axis.ranges);
    passing = ranges.length === 0 ? null
      : new Set(runs.keys().filter(place => ranges.every(({ values, ranges: all }) => all.some(([low, high]) => values[place] >= low && values[place] <= high))));
    list();
  };
  const draw = async () => {
    if (!figure || Figures.isMissing) return;
    await Figures.draw(lines, figure, { displayModeBar: false });
    lines.removeAllListeners?.("plotly_restyle");
    lines.on("plotly_restyle", filter);
  };
  list();
  draw().then(compare).then(() => { document.documentElement.dataset.drawn = "true"; });
  Figures.dark.addEventListener("change", () => { draw(); compare(); });
})();
