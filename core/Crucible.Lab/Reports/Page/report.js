// Draws every figure of the report; on paper always in the light colours.
(() => {
  "use strict";
  const plots = [...document.querySelectorAll(".plot")];
  if (Figures.isMissing) {
    for (const plot of plots) plot.innerHTML = "<p class=\"missing\">This chart needs plotly.js, which reports share two folders up: open the report where it was written, or export it as one file (the command runs export).</p>";
    return;
  }

  const json = id => JSON.parse(document.getElementById(id).textContent);
  const shown = [];
  const figures = plots.filter(plot => !plot.closest(".panels")).map(plot => {
    const figure = json(plot.id + "-data");
    shown.push(figure);
    return { draw: isDark => Figures.draw(plot, figure, {}, isDark) };
  });
  const panels = [...document.querySelectorAll(".panels")].flatMap(container => {
    const { panels, trials } = json(container.dataset.panels);
    const opened = Panels.openAll(container);
    opened.forEach((panel, place) => panel.show(panels[place], trials));
    shown.push(...panels.flatMap(panel => panel.variants.map(variant => variant.figure)));
    return opened;
  });
  Figures.assign(shown);
  const drawings = [...figures, ...panels];
  const paint = isDark => Promise.all(drawings.map(drawing => drawing.draw(isDark)));

  Figures.inTurn(drawings).then(() => { document.documentElement.dataset.charts = String(plots.length); });
  Figures.dark.addEventListener("change", () => paint(Figures.dark.matches));

  // On paper all is in light colours and as wide as the paper.
  addEventListener("beforeprint", () => {
    document.documentElement.classList.add("paper");
    paint(false);
  });
  addEventListener("afterprint", () => {
    document.documentElement.classList.remove("paper");
    paint(Figures.dark.matches);
  });
})();
