// Any number of runs side by side, as data: what differs in their settings, their numbers, and their charts over each other.
// Runs that were asked for alike but for the seed are one column. It touches no element.
const Comparison = (() => {
  "use strict";
  const most = 7; // columns whose charts are drawn: a palette has as many colours
  const show = value => typeof value === "number" ? String(Number(value.toPrecision(6))) : value === undefined || value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
  // Four digits, as Numeral.Of writes them.
  const short = value => {
    const size = Math.abs(value);
    if (size >= 999.5) return Math.round(value).toLocaleString("en", { useGrouping: size >= 9999.5 });
    return size > 0 && size < 1e-4 ? Number(value.toPrecision(4)).toExponential() : String(Number(value.toPrecision(4)));
  };
  const union = objects => [...new Set(objects.flatMap(one => Object.keys(one ?? {})))];
  const letter = place => place < 26 ? String.fromCharCode(65 + place) : `${letter(Math.floor(place / 26) - 1)}${letter(place % 26)}`;

  // What was asked for, without what does not change the numbers: the seed apart, threads, and where the report goes.
  const withoutSeed = command => command?.replace(/\s--(seed|out|threads)[= ]("[^"]*"|\S+)/g, "").replace(/\s--(open|trace)\b/g, "");
  const asked = record => {
    const without = withoutSeed(record.command);
    return JSON.stringify([record.script, without ?? record.config, record.script_sha256, record.data, record.quick ?? record.config?.quick]);
  };

  // Columns in the order of their first runs: a run, or runs of several seeds.
  const columns = runs => {
    const groups = new Map();
    for (const run of runs) {
      const key = asked(run.record);
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(run);
    }
    const bySeed = group => [...group].sort((a, b) => a.record.seed - b.record.seed);
    const seeds = group => new Set(group.map(run => run.record.seed)).size;
    return [...groups.values()].flatMap(group => seeds(group) > 1 ? [bySeed(group)] : group.map(run => [run]))
      .map((group, place) => ({ letter: letter(place), runs: group }));
  };

  const several = values => {
    const texts = [...new Set(values.map(show))];
    return texts.length <= 4 ? texts.join(" | ") : `${texts.length} different`;
  };

  // Rows of [name, a cell a column] for whatever was set or found differently: options, data, machine, versions, how the run ended.
  const settings = columns => {
    const facts = isAlone => ({ record: run }) => ({ script: run.script, status: run.status, seed: run.seed, command: isAlone ? run.command : withoutSeed(run.command), source: run.script_sha256?.slice?.(0, 12), ...run.config, ...run.data, ...run.machine, ...run.versions });
    const all = columns.map(column => column.runs.map(facts(column.runs.length === 1)));
    return union(all.flat()).map(name => [name, ...all.map(group => several(group.map(one => one[name])))])
      .filter(([, first, ...others]) => others.some(cell => cell !== first));
  };

  const valuesOf = (column, read) => column.runs.map(run => ({ seed: run.record.seed, value: read(run.record) })).filter(one => typeof one.value === "number");
  const cell = (values, written = short) => {
    if (values.length === 0) return "";
    const { mean, half } = Statistics.estimate(values.map(one => one.value));
    return !(half > 1e-12 * Math.abs(mean)) ? written(mean) : `${written(mean)} ± ${written(half)}`;
  };

  // How a column differs from the first: by pairs of one seed where both have several, else by what there is.
  const against = (first, other) => {
    if (first.length === 0 || other.length === 0) return ["", ""];
    const bySeed = new Map(first.map(one => [one.seed, one.value]));
    const pairs = other.filter(one => bySeed.has(one.seed)).map(one => one.value - bySeed.get(one.seed));
    if (pairs.length > 1) {
      const { mean, half, p } = Statistics.paired(pairs);
      return [`${short(mean)} ± ${short(half)}`, `p ${p < 0.001 ? "< 0.001" : `= ${p.toFixed(3)}`} (${pairs.length} pairs)`];
    }
    const [a, b] = [first, other].map(values => Statistics.estimate(values.map(one => one.value)).mean);
    const change = a !== 0 ? (b - a) / Math.abs(a) * 100 : undefined;
    return [short(b - a), change === undefined ? "" : `${change > 0 ? "+" : ""}${change.toFixed(1)} %`];
  };

  // {headings, rows, same}: a row a metric that differs, and how many do not.
  const metrics = columns => {
    const titles = Object.assign({}, ...columns.flatMap(column => column.runs.map(run => run.record.titles ?? {})));
    const readers = [["seconds", record => record.seconds], ...union(columns.flatMap(column => column.runs.map(run => run.record.metrics))).map(name => [name, record => record.metrics[name]])];
    const all = readers.map(([name, read]) => {
      const values = columns.map(column => valuesOf(column, read));
      const cells = values.map(column => cell(column)), exact = values.map(column => cell(column, show));
      return { isSame: exact.every(one => one === exact[0]), row: [titles[name] ?? name, ...cells, ...values.slice(1).flatMap(other => against(values[0], other))] };
    });
    const others = columns.slice(1).map(column => column.letter);
    return {
      headings: ["result", ...columns.map(column => column.letter), ...others.flatMap(other => [`${other} - A`, others.length > 1 ? `${other}: change or test` : "change or test"])],
      rows: all.filter(one => !one.isSame).map(one => one.row),
      same: all.filter(one => one.isSame).length,
    };
  };

  // Rows of [name, a cell a column] for the checks, by name, that not all made with the same outcome.
  const checks = columns => {
    const outcome = run => Object.fromEntries(run.record.checks.map(check => [check.name, `${check.ok ? "met" : "not met"}: ${show(check.actual)}`]));
    const all = columns.map(column => column.runs.map(outcome));
    const word = text => text.split(":")[0];
    return union(all.flat()).map(name => all.map(group => group.map(one => one[name] ?? "not made")))
      .map((groups, place) => [union(all.flat())[place], groups])
      .filter(([, groups]) => new Set(groups.flat().map(word)).size > 1)
      .map(([name, groups]) => [name, ...groups.map(group => group.length === 1 ? group[0] : `met by ${group.filter(one => word(one) === "met").length} of ${group.length}`)]);
  };

  const titleOf = figure => figure.layout?.title?.text ?? "";
  const subject = figure => titleOf(figure).split(":")[0];
  const canOverlay = figure => figure.data.every(trace => ["scatter", "bar", undefined].includes(trace.type));
  const axesOf = figure => [...new Set(figure.data.map(trace => trace.xaxis ?? "x"))].sort().join();

  // The traces of all in one figure: a colour a column, a dash a curve; several seeds are thin lines of one colour.
  const dashes = ["solid", "dot", "dash", "dashdot", "longdash"], symbols = ["circle", "circle-open", "square", "diamond-open", "x"];
  const overlay = (parts, colors) => {
    const isBar = parts[0].figure.data.some(trace => trace.type === "bar");
    const named = new Set();
    const paint = ({ column, place, figure }) => figure.data.map((trace, index) => {
      const color = colors[place % colors.length], many = column.runs.length > 1;
      const name = figure.data.length > 1 || trace.name ? `${column.letter}: ${trace.name ?? "values"}` : column.letter;
      const isFirst = !named.has(name);
      named.add(name);
      const marker = { ...trace.marker, ...(Array.isArray(trace.marker?.color) ? {} : { color }), ...(trace.type === "bar" ? {} : { symbol: symbols[index % symbols.length] }) };
      const line = { ...trace.line, color, dash: dashes[index % dashes.length], ...(many ? { width: 1.2 } : {}) };
      return { ...trace, name, legendgroup: name, showlegend: isFirst && trace.showlegend !== false, marker, opacity: many ? 0.6 : 1, ...(trace.type === "bar" ? {} : { line }) };
    });
    return { data: parts.flatMap(paint), layout: { ...parts[0].figure.layout, showlegend: true, ...(isBar ? { barmode: "group" } : {}) } };
  };

  const titled = (letters, figure) => ({ data: figure.data, layout: { ...figure.layout, width: undefined, title: { ...figure.layout?.title, text: `${letters}: ${titleOf(figure) || "chart"}` } } });
  const beside = parts => {
    const figures = new Map(); // the same one of several columns stands once
    for (const { column, figure } of parts.filter(part => part.seed === 0)) {
      const key = JSON.stringify(figure);
      if (!figures.has(key)) figures.set(key, { figure, letters: [] });
      figures.get(key).letters.push(column.letter);
    }
    return [...figures.values()].map(one => titled(one.letters.join(", "), one.figure));
  };

  // Groups of figures to stand in one row: one that lies over the others, or a figure of each column beside each other.
  // Charts belong together by title; of several with one title, the first with the first. `figures` has those of each run.
  const charts = (columns, figures, colors) => {
    const rows = new Map();
    columns.slice(0, most).forEach((column, place) => column.runs.forEach((run, seed) => {
      const counts = new Map();
      for (const figure of figures.get(run.key) ?? []) {
        const count = counts.get(subject(figure)) ?? 0;
        counts.set(subject(figure), count + 1);
        const key = JSON.stringify([subject(figure), count]);
        if (!rows.has(key)) rows.set(key, []);
        rows.get(key).push({ column, place, seed, figure });
      }
    }));
    return [...rows.values()].map(parts => parts.length > 1 && parts.every(part => canOverlay(part.figure) && axesOf(part.figure) === axesOf(parts[0].figure))
      ? [overlay(parts, colors)] : beside(parts));
  };

  return { most, columns, settings, metrics, checks, charts };
})();
