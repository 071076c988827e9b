// Two runs of one script side by side, as data: what differs in their settings, their numbers, and their charts in pairs. It touches no element.
const Comparison = (() => {
  "use strict";
  const show = value => typeof value === "number" ? String(Number(value.toPrecision(6))) : value === undefined || value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
  const union = (a, b) => [...new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})])];

  // Rows of [name, a, b] for whatever was set or found differently: options, seed, machine, versions, how the run ended.
  const settings = (a, b) => {
    const facts = run => ({ status: run.status, seed: run.seed, command: run.command, script: run.script_sha256?.slice?.(0, 12), ...run.config, ...run.machine, ...run.versions });
    const [left, right] = [facts(a), facts(b)];
    return union(left, right).filter(name => show(left[name]) !== show(right[name])).map(name => [name, show(left[name]), show(right[name])]);
  };

  // Rows of [name, a, b, b - a, change in percent].
  const metrics = (a, b) => [["seconds", a.seconds, b.seconds], ...union(a.metrics, b.metrics).map(name => [name, a.metrics[name], b.metrics[name]])].map(([name, left, right]) => {
    const both = typeof left === "number" && typeof right === "number";
    const change = both && left !== 0 ? ((right - left) / Math.abs(left)) * 100 : undefined;
    return [name, show(left), show(right), both ? show(right - left) : "", change === undefined ? "" : `${change > 0 ? "+" : ""}${change.toFixed(1)} %`];
  });

  // Rows of [name, a, b] for the checks, by name, that one run met and the other did not or did not make.
  const checks = (a, b) => {
    const outcome = run => Object.fromEntries(run.checks.map(check => [check.name, `${check.ok ? "met" : "not met"}: ${show(check.actual)}`]));
    const [left, right] = [outcome(a), outcome(b)];
    return union(left, right).filter(name => (left[name] ?? "").split(":")[0] !== (right[name] ?? "").split(":")[0])
      .map(name => [name, left[name] ?? "not made", right[name] ?? "not made"]);
  };

  const titleOf = figure => figure.layout?.title?.text ?? "";
  const canOverlay = figure => figure.data.every(trace => ["scatter", "bar", undefined].includes(trace.type));
  const axesOf = figure => [...new Set(figure.data.map(trace => trace.xaxis ?? "x"))].sort().join();

  // The traces of both in one figure: one colour a trace, the second run dotted and hollow.
  const overlay = (a, b, colors) => {
    const paint = (trace, place, isSecond) => {
      const color = trace.line?.color ?? (typeof trace.marker?.color === "string" ? trace.marker.color : undefined) ?? colors[place % colors.length];
      const name = `${isSecond ? "B" : "A"}: ${trace.name ?? "values"}`;
      const marker = { ...trace.marker, ...(typeof trace.marker?.color === "object" ? {} : { color }), ...(isSecond && trace.type !== "bar" ? { symbol: "circle-open" } : {}) };
      const line = { ...trace.line, color, ...(isSecond ? { dash: "dot" } : {}) };
      return { ...trace, name, marker, ...(trace.type === "bar" ? { opacity: isSecond ? 0.5 : 1 } : { line }), showlegend: trace.showlegend ?? true };
    };
    const data = [...a.data.map((trace, place) => paint(trace, place, false)), ...b.data.map((trace, place) => paint(trace, place, true))];
    return { data, layout: { ...a.layout, showlegend: true, ...(a.data.some(trace => trace.type === "bar") ? { barmode: "group" } : {}) } };
  };

  const titled = (figure, letter) => ({ data: figure.data, layout: { ...figure.layout, width: undefined, title: { ...figure.layout?.title, text: `${letter}: ${titleOf(figure) || "chart"}` } } });

  // Groups of figures to stand in one row: one overlaid figure, or the two beside each other, or the one that a single run has.
  // Charts belong together by title; of several with one title, the first with the first.
  const charts = (a, b, colors) => {
    const rest = [...b];
    const rows = a.map(figure => {
      const place = rest.findIndex(other => titleOf(other).split(":")[0] === titleOf(figure).split(":")[0]);
      if (place < 0) return [titled(figure, "A")];
      const [other] = rest.splice(place, 1);
      return canOverlay(figure) && canOverlay(other) && axesOf(figure) === axesOf(other) ? [overlay(figure, other, colors)] : [titled(figure, "A"), titled(other, "B")];
    });
    return [...rows, ...rest.map(figure => [titled(figure, "B")])];
  };

  return { settings, metrics, checks, charts };
})();
