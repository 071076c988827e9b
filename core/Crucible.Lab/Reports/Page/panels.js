// Figures of a study: each a figure for every choice of the reader, with a sentence, or the reason why there is none.
const Panels = (() => {
  "use strict";
  const element = (name, properties) => Object.assign(document.createElement(name), properties);

  // Points know their trial's number: hovering shows all of it.
  const withTrials = (figure, trials) => ({
    ...figure,
    data: figure.data.map(trace => trace.customdata && trace.hoverinfo !== "skip"
      ? { ...trace, text: trace.customdata.map(number => number === null ? "" : trials[number] ?? ""), hovertemplate: "%{text}<extra></extra>" } : trace),
  });

  // One figure on the page. Given new data it keeps the reader's choices, zoom and hidden lines.
  const open = place => {
    const [plot, says, choices] = [".plot", ".says", ".choices"].map(part => place.querySelector(part));
    let panel, trials, isDark;

    const selects = () => [...choices.querySelectorAll("select")];

    const offer = () => {
      const before = new Map(selects().map(select => [select.name, select.value]));
      choices.replaceChildren(...panel.choices.map(({ label, options }) => {
        const select = element("select", { name: label, onchange: () => draw(isDark) });
        select.append(...options.map(option => element("option", { value: option, textContent: option })));
        if (options.includes(before.get(label))) select.value = before.get(label);
        const labelled = element("label", { textContent: label + " " });
        labelled.append(select);
        return labelled;
      }));
    };

    const draw = dark => {
      isDark = dark;
      const wanted = selects().map(select => select.value);
      const variant = panel.variants.find(({ picks }) => picks.every((pick, i) => pick === wanted[i]));
      place.classList.toggle("left-out", !variant);
      says.textContent = variant?.says ?? panel.reason;
      if (!variant) return Promise.resolve();
      const figure = withTrials(variant.figure, trials);
      const layout = { ...figure.layout, title: { text: "" }, margin: { t: 16, ...figure.layout.margin }, uirevision: wanted.join("|") || "one" };
      return Figures.draw(plot, { data: figure.data, layout }, {}, dark);
    };

    const show = (newPicture, newTrials) => {
      const sameChoices = panel && JSON.stringify(panel.choices) === JSON.stringify(newPicture.choices);
      [panel, trials] = [newPicture, newTrials];
      if (!sameChoices) offer();
    };

    return { show, draw, isShown: () => panel !== undefined };
  };

  // The figures of one study on the page.
  const openAll = container => [...container.querySelectorAll(".panel")].map(open);

  // Figures that stay as new as those an address gives. A program that was started anew gives others, which take new places.
  const follow = (container, address, ask) => {
    const program = version => version?.match(/^"(.+)-\d+-\d+"$/)?.[1];
    let panels = [], version = null;
    const update = async () => {
      const answer = await ask(address(), version ? { "If-None-Match": version } : {});
      if (answer.status !== 200) return false;
      const { places, study } = await answer.json(), newest = answer.headers.get("ETag");
      if (panels.length !== study.panels.length || program(version) !== program(newest)) {
        container.innerHTML = places; // from the program that serves this page, which encodes what it is told
        panels = openAll(container.querySelector(".panels"));
      }
      version = newest;
      panels.forEach((panel, place) => panel.show(study.panels[place], study.trials));
      return true;
    };
    return { update, shown: () => panels.filter(panel => panel.isShown()), version: () => version };
  };

  return { openAll, follow };
})();
