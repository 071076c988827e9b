// How every figure of ours looks and is drawn, in the colours that the reader's system asks for.
const Figures = (() => {
  "use strict";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isPaper = () => document.documentElement.classList.contains("paper");

  const config = {
    responsive: true,
    displaylogo: false,
    displayModeBar: innerWidth < 600 || matchMedia("(hover: none)").matches ? false : "hover", // on a telephone they would lie on the title
    modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
    showSendToCloud: false,
  };

  // Any two, and the grey of references (#8a94a3), differ by at least 15 (CIEDE2000) for a reader with ordinary sight, with
  // deuteranopia and with protanopia, and stand out from the page by at least 3 to 1: tests measure it.
  const palette = isDark => isDark
    ? ["#55b9ff", "#ee9a1a", "#37c596", "#fec6de", "#fffb5a", "#ca6c51", "#806ed2"]
    : ["#0970b6", "#a84900", "#15a779", "#9d4c6f", "#b88b0b", "#019bf4", "#4e2575"];
  const dashes = [undefined, "dash", "dot", "dashdot"];
  const symbols = [undefined, "x", "square", "triangle-up"];

  const template = isDark => {
    const ink = isDark ? "#e4e9f0" : "#1d2530";
    const line = isDark ? "#36404e" : "#dde3ea";
    const axis = {
      gridcolor: line, linecolor: line, zerolinecolor: isDark ? "#566375" : "#aeb8c4", automargin: true, exponentformat: "power", minexponent: 5, title: { standoff: 10 },
    };
    const spatial = { gridcolor: line, linecolor: line, zerolinecolor: line, backgroundcolor: "rgba(0,0,0,0)" };
    return {
      data: { bar: [{ error_x: { color: ink }, error_y: { color: ink } }] },
      layout: {
        colorway: palette(isDark),
        font: { color: ink, family: "system-ui, -apple-system, Segoe UI, Roboto, sans-serif", size: 13 },
        title: { x: 0, xref: "container", xanchor: "left", font: { size: 16 } }, // names of bars may leave the plot little room
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        hoverlabel: { bgcolor: isDark ? "#1b212a" : "#ffffff", font: { color: ink }, namelength: -1 },
        legend: { orientation: "h", x: 0, y: 0, yref: "container", yanchor: "bottom" }, // below the axis and its title, whatever their height
        modebar: { bgcolor: "rgba(0,0,0,0)", color: isDark ? "#7c8a9c" : "#a3aebc", activecolor: ink },
        margin: { l: 60, r: 26, t: 50, b: 50 },
        xaxis: axis,
        yaxis: axis,
        scene: { xaxis: spatial, yaxis: spatial, zaxis: spatial },
      },
    };
  };

  // One colour a thing through a page: series of the same name, or legend group, share a colour wherever they stand, and two that
  // meet in a figure have different ones. An eighth has the first's colour again, and another dash or symbol.
  const colored = new Set(["scatter", "scattergl", "scatter3d", "bar", "histogram", "box", "violin"]);
  const slots = new Map();
  const thing = trace => trace.legendgroup ?? trace.name ?? "";
  const assign = figures => {
    const meetings = figures.map(({ data }) => [...new Set(data.filter(trace => colored.has(trace.type)).map(thing))]);
    const count = palette(false).length;
    for (const trace of figures.flatMap(({ data }) => data).filter(trace => trace.name && !slots.has(thing(trace)))) {
      const chosen = [trace.line?.color, trace.marker?.color].find(color => typeof color === "string" && color.startsWith("palette "));
      if (chosen) slots.set(thing(trace), Number(chosen.slice(8)));
    }

    for (const name of new Set(meetings.flat().filter(name => !slots.has(name)))) {
      const taken = new Set(meetings.filter(meeting => meeting.includes(name)).flat().map(other => slots.get(other)));
      const free = Array.from({ length: count * dashes.length }, (_, slot) => slot).filter(slot => !taken.has(slot));
      const used = new Set(slots.values());
      slots.set(name, free.find(slot => slot < count && !used.has(slot)) ?? free[0] ?? slots.size % count);
    }
  };

  // The slots of a figure's series; on a page whose figures come one by one, two that have the same may meet only now.
  const slotsOf = data => {
    const own = new Map(), taken = new Set();
    for (const name of new Set(data.filter(trace => colored.has(trace.type)).map(thing))) {
      let slot = slots.get(name);
      while (taken.has(slot)) slot++;
      taken.add(slot);
      own.set(name, slot);
    }
    return own;
  };

  // "palette 3" is a colour of the palette; figures whose colours mean something name them so.
  const resolved = (value, colors) => {
    if (typeof value === "string") return value.startsWith("palette ") ? colors[value.slice(8)] : value;
    return Array.isArray(value) ? value.map(one => resolved(one, colors)) : value;
  };
  const faint = color => color + "2a"; // the band around a line
  const painted = (trace, colors, own) => {
    if (!colored.has(trace.type)) return Array.isArray(trace.colorscale) ? { ...trace, colorscale: resolved(trace.colorscale, colors) } : trace;
    const slot = own.get(thing(trace)), color = colors[slot % colors.length];
    const again = trace.line?.color || trace.marker?.color ? 0 : Math.floor(slot / colors.length) % dashes.length;
    const line = { dash: dashes[again], ...trace.line, color: resolved(trace.line?.color ?? color, colors) };
    const marker = { symbol: symbols[again], ...trace.marker, color: resolved(trace.marker?.color ?? trace.line?.color ?? color, colors) };
    const fill = trace.fill && trace.fill !== "none" ? { fillcolor: trace.fillcolor ?? faint(line.color) } : {};
    const error = Object.fromEntries(["error_x", "error_y"].filter(key => trace[key]?.color)
      .map(key => [key, { ...trace[key], color: resolved(trace[key].color, colors) }]));
    return trace.type === "bar" || trace.type === "histogram" ? { ...trace, marker, ...error } : { ...trace, line, marker, ...fill, ...error };
  };

  // On a narrow screen a title takes several lines, and small multiples keep a size to be read at: the figure scrolls.
  const letter = 8.5; // pixels
  const narrowest = 170; // pixels a column of small multiples
  const apart = 86; // pixels from one parallel axis to the next

  // Ticks of a logarithmic axis: round numbers over less than a decade, 1, 2 and 5 times the powers of ten over a few, the powers
  // alone over many; never so many that they meet. Plotly's own would be 7, 8, 9, 10, 2, 3.
  const perTick = 60; // pixels
  const written = (value, isPower) => {
    if (!isPower) return value.toLocaleString("en", { maximumSignificantDigits: 3, useGrouping: value >= 1e4 });
    const exponent = Math.floor(Math.log10(value) + 1e-9), factor = Number((value / 10 ** exponent).toPrecision(2));
    return `${factor === 1 ? "" : factor + "×"}10<sup>${exponent}</sup>`.replace("-", "−");
  };
  const logTicks = (low, high, most) => {
    const decades = high - low, powers = Array.from({ length: Math.ceil(high) - Math.floor(low) + 3 }, (_, i) => Math.floor(low) - 1 + i);
    let ticks;
    if (decades < 0.7) {
      const raw = (10 ** high - 10 ** low) / most, size = 10 ** Math.floor(Math.log10(raw || 10 ** low));
      const step = size * [1, 2, 5, 10].find(factor => factor * size >= raw);
      ticks = Array.from({ length: most + 3 }, (_, i) => (Math.floor(10 ** low / step) + i) * step).filter(tick => tick > 0);
    } else {
      const stride = 3 * decades <= most ? 0 : Math.ceil(decades / most);
      ticks = stride === 0 ? powers.flatMap(power => [1, 2, 5].map(factor => factor * 10 ** power))
        : powers.filter(power => power % stride === 0).map(power => 10 ** power);
    }
    const isPower = ticks.some(tick => Math.log10(tick) > low - 0.1 && Math.log10(tick) < high + 0.1 && (tick < 9e-4 || tick > 1e6));
    return { tickmode: "array", tickvals: ticks, ticktext: ticks.map(tick => written(tick, isPower)) };
  };
  const withLogTicks = (layout, data, width, height, columns) => Object.fromEntries(Object.entries(layout)
    .filter(([key, axis]) => /^[xy]axis\d*$/.test(key) && axis.type === "log" && !axis.dtick && !axis.tickvals && !axis.nticks)
    .map(([key, axis]) => {
      const [side, id] = [key[0], key[0] + key.slice(5)];
      const values = data.filter(trace => (trace[side + "axis"] ?? side) === id).flatMap(trace => trace[side] ?? []).filter(value => value > 0);
      if (values.length === 0 && !axis.range) return [key, axis];
      let [low, high] = axis.range ?? [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))].map(Math.log10);
      if (!axis.range) [low, high] = [low - 0.05 * (high - low), high + 0.05 * (high - low)];
      const most = Math.max(2, Math.min(6, Math.floor(side === "y" ? height / 50 : 0.8 * width / columns / perTick)));
      return [key, { ...axis, ...logTicks(low, high, most) }];
    }));

  // Long names are broken into lines, for the legend.
  const longest = 30; // letters
  const inLines = (text, most) => {
    const lines = [""];
    for (const word of text.split(" ")) {
      const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
      if (longer.length > most && lines.at(-1)) lines.push(word);
      else lines[lines.length - 1] = longer;
    }
    return lines;
  };
  const named = trace => trace.name?.length > longest ? { ...trace, name: inLines(trace.name, longest).join("<br>") } : trace;

  const fit = (layout, data, width, height) => {
    const columns = new Set(Object.keys(layout).filter(key => /^xaxis\d*$/.test(key)).map(key => layout[key].domain?.[0])).size;
    const parallel = data.find(trace => trace.type === "parcoords")?.dimensions.length ?? 0;
    const least = Math.max(columns > 1 ? columns * narrowest : 0, parallel * apart);
    const wide = width < least ? { width: least } : isPaper() ? { width: Math.min(width, layout.width ?? width) } : {};
    const lines = inLines(layout.title?.text ?? "", (isPaper() ? wide.width ?? width : width) / letter);
    const titled = lines.length > 1 ? { title: { ...layout.title, text: lines.join("<br>") }, margin: { ...layout.margin, t: 40 + 20 * lines.length } } : {};
    return { ...layout, ...withLogTicks(layout, data, wide.width ?? width, height, Math.max(columns, 1)), ...wide, ...titled };
  };

  // The title of an axis that is longer than the room beside it takes several lines. The room is known once the names of the ticks
  // are drawn; vertical titles come first, because their lines take from the horizontal axis.
  const fitTitles = (element, direction) => {
    const layout = element._fullLayout, above = direction === "y" ? layout.margin.t - 14 : 0;
    const whole = direction === "y" ? layout.height : layout.width;
    const axes = Object.entries(layout).filter(([key]) => key.startsWith(direction + "axis"));
    const changes = axes.flatMap(([key, axis]) => {
      const title = element.querySelector(`.${axis._id}title`), text = axis.title.text ?? "", middle = axis._offset + axis._length / 2;
      const isOneOfMany = axes.some(([, { domain }]) => domain[0] !== axis.domain[0]);
      const room = isOneOfMany ? 1.15 * axis._length : 2 * Math.min(middle - above, whole - middle) - 4;
      const taken = title?.getBBox().width ?? 0;
      if (taken <= room || text.includes("<br>")) return [];
      return [[`${key}.title.text`, inLines(text, Math.floor(0.85 * text.length * room / taken)).join("<br>")]];
    });
    return changes.length > 0 ? Plotly.relayout(element, Object.fromEntries(changes)) : undefined;
  };

  // Two figures and what is said of them fit on a page of paper.
  const heightOf = layout => !isPaper() ? layout.height ?? 420 : layout.height > 500 ? Math.min(layout.height, 560) : Math.min(layout.height ?? 340, 340);

  // Draws a figure, {data, layout}, in an element; settings are plotly's. The last argument is for paper, which is always light.
  const draw = (element, { data, layout }, settings = {}, isDark = dark.matches) => {
    const height = heightOf(layout);
    element.style.minHeight = `${height}px`; // when the window changes, plotly takes the element's height for the figure's
    assign([{ data }]);
    const own = slotsOf(data);
    const shown = data.map(trace => named(painted(trace, palette(isDark), own)));
    element.style.zoom = "";
    const width = element.clientWidth || 800, fitted = fit(layout, data, width, height);
    if (isPaper() && fitted.width > width) element.style.zoom = String(width / fitted.width); // paper does not scroll
    const drawn = Plotly.react(element, shown, { ...fitted, height, template: template(isDark) }, { ...config, ...settings });
    // A figure that had a width of its own, as on paper, would keep it.
    const isStale = () => !fitted.width && element.clientWidth > 0 && Math.abs(element._fullLayout.width - element.clientWidth) > 1;
    return drawn.then(() => isStale() ? Plotly.Plots.resize(element) : undefined)
      .then(() => fitTitles(element, "y")).then(() => fitTitles(element, "x"));
  };

  // One drawing after another, so that a long page can be read and scrolled meanwhile.
  const inTurn = async drawings => {
    for (const drawing of drawings) {
      await drawing.draw(dark.matches);
      await new Promise(resume => setTimeout(resume));
    }
  };

  return { dark, draw, assign, inTurn, palette, colors: () => palette(dark.matches), isMissing: typeof Plotly === "undefined" };
})();
