// How every figure of ours looks and is drawn, in the colours that the reader's system asks for.
const Figures = (() => {
  "use strict";
  const dark = matchMedia("(prefers-color-scheme: dark)");

  const config = {
    responsive: true,
    displaylogo: false,
    displayModeBar: innerWidth < 600 ? false : "hover", // on a telephone the buttons would lie on the title
    modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
    showSendToCloud: false,
  };

  // Palettes that colour-blind readers can tell apart (after Okabe and Ito), one for each background.
  const template = isDark => {
    const ink = isDark ? "#e4e9f0" : "#1d2530";
    const line = isDark ? "#36404e" : "#dde3ea";
    const axis = { gridcolor: line, linecolor: line, zerolinecolor: isDark ? "#566375" : "#aeb8c4", automargin: true, title: { standoff: 10 } };
    const spatial = { gridcolor: line, linecolor: line, zerolinecolor: line, backgroundcolor: "rgba(0,0,0,0)" };
    return {
      layout: {
        colorway: isDark
          ? ["#56b4e9", "#f2a33a", "#3cc9a1", "#e39bc4", "#f0e442", "#ff8a5c", "#a7b3c2"]
          : ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#a67c00", "#3a9bd9", "#6b7683"],
        font: { color: ink, family: "system-ui, -apple-system, Segoe UI, Roboto, sans-serif", size: 13 },
        title: { x: 0, xref: "paper", xanchor: "left", font: { size: 16 } },
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        hoverlabel: { bgcolor: isDark ? "#1b212a" : "#ffffff", font: { color: ink }, namelength: -1 },
        legend: { orientation: "h", x: 0, y: -0.2, yanchor: "top" },
        modebar: { bgcolor: "rgba(0,0,0,0)", color: isDark ? "#7c8a9c" : "#a3aebc", activecolor: ink },
        margin: { l: 60, r: 20, t: 50, b: 50 },
        xaxis: axis,
        yaxis: axis,
        scene: { xaxis: spatial, yaxis: spatial, zaxis: spatial },
      },
    };
  };

  // On a narrow screen a title takes several lines, and small multiples keep a size to be read at: the figure scrolls.
  const letter = 8.5; // pixels
  const narrowest = 170; // pixels a column of small multiples
  const apart = 95; // pixels from one parallel axis to the next
  const perTick = 110; // pixels: fewer ticks of a logarithmic axis, or 7, 8, 9 and 10 would lie on each other
  const isPaper = () => document.documentElement.classList.contains("paper");

  const logTicks = (layout, width, columns) => Object.fromEntries(Object.entries(layout)
    .filter(([key, axis]) => /^[xy]axis\d*$/.test(key) && axis.type === "log" && !axis.dtick && !axis.tickvals && !axis.nticks)
    .map(([key, axis]) => [key, { exponentformat: "power", ...axis, nticks: key[0] === "y" ? 4 : Math.max(2, Math.min(4, Math.floor(width / columns / perTick))) }]));

  // Long names are broken into lines, for the legend.
  const longest = 36; // letters
  const inLines = (text, most) => {
    const lines = [""];
    for (const word of text.split(" ")) {
      const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
      if (longer.length > most && lines.at(-1)) lines.push(word);
      else lines[lines.length - 1] = longer;
    }
    return lines;
  };
  const named = data => data.map(trace => trace.name?.length > longest ? { ...trace, name: inLines(trace.name, longest).join("<br>") } : trace);

  const fit = (layout, data, width) => {
    const columns = new Set(Object.keys(layout).filter(key => /^xaxis\d*$/.test(key)).map(key => layout[key].domain?.[0])).size;
    const parallel = data.find(trace => trace.type === "parcoords")?.dimensions.length ?? 0;
    const least = Math.max(columns > 1 ? columns * narrowest : 0, parallel * apart);
    const wide = isPaper() ? { width: Math.min(width, layout.width ?? width) } : width < least ? { width: least } : {};
    const lines = inLines(layout.title?.text ?? "", (Math.max(width, wide.width ?? 0) - 70) / letter);
    const titled = lines.length > 1 ? { title: { ...layout.title, text: lines.join("<br>") }, margin: { ...layout.margin, t: 40 + 20 * lines.length } } : {};
    return { ...layout, ...logTicks(layout, wide.width ?? width, Math.max(columns, 1)), ...wide, ...titled };
  };

  // Draws a figure, {data, layout}, in an element; settings are plotly's. The last argument is for paper, which is always light.
  const draw = (element, { data, layout }, settings = {}, isDark = dark.matches) => {
    const height = layout.height ?? 420;
    element.style.minHeight = `${height}px`; // when the window changes, plotly takes the element's height for the figure's
    return Plotly.react(element, named(data), { ...fit(layout, data, element.clientWidth || 800), height, template: template(isDark) }, { ...config, ...settings });
  };

  // One drawing after another, so that a long page can be read and scrolled meanwhile.
  const inTurn = async drawings => {
    for (const drawing of drawings) {
      await drawing.draw(dark.matches);
      await new Promise(resume => setTimeout(resume));
    }
  };

  return { dark, draw, inTurn, colors: () => template(dark.matches).layout.colorway, isMissing: typeof Plotly === "undefined" };
})();
