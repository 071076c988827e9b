// Draws every figure of the report; on paper always in the light colours.
(() => {
  "use strict";
  const plots = [...document.querySelectorAll(".plot")];
  if (Figures.isMissing) {
    for (const plot of plots) plot.innerHTML = "<p class=\"missing\">This chart needs plotly.js, which this page could not load from the network.</p>";
    return;
  }

  const figures = plots.map(plot => JSON.parse(document.getElementById(plot.id + "-data").textContent));
  const paint = isDark => Promise.all(plots.map((plot, place) => Figures.draw(plot, figures[place], {}, isDark)));

  paint(Figures.dark.matches).then(() => { document.documentElement.dataset.charts = String(plots.length); });
  Figures.dark.addEventListener("change", () => paint(Figures.dark.matches));
  addEventListener("beforeprint", () => paint(false));
  addEventListener("afterprint", () => paint(Figures.dark.matches));
})();
