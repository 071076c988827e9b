// Pictures of a study: each a figure for every choice of the reader, with a sentence, or the reason why there is none.
const Pictures = (() => {
  "use strict";
  const element = (name, properties) => Object.assign(document.createElement(name), properties);

  // Points know their trial's number: hovering shows all of it.
  const withTrials = (figure, trials) => ({
    ...figure,
    data: figure.data.map(trace => trace.customdata && trace.hoverinfo !== "skip"
      ? { ...trace, text: trace.customdata.map(number => number === null ? "" : trials[number] ?? ""), hovertemplate: "%{text}<extra></extra>" } : trace),
  });

  // One picture on the page. Given new data it keeps the reader's choices, zoom and hidden lines.
  const open = place => {
    const [plot, says, choices] = [".plot", ".says", ".choices"].map(part => place.querySelector(part));
    let picture, trials, isDark, isDrawn = false;

    const picks = () => [...choices.querySelectorAll("select")].map(select => select.value);
    const isPossible = wanted => picture.variants.some(variant => variant.picks.every((pick, i) => pick === wanted[i]));

    // A pair of the same parameter twice has no figure: the other choice then moves on.
    const settle = changed => {
      const selects = [...choices.querySelectorAll("select")];
      for (const [place, select] of selects.entries()) {
        if (place === changed || isPossible(picks())) continue;
        const option = [...select.options].find(option => isPossible(picks().map((pick, i) => i === place ? option.value : pick)));
        if (option) select.value = option.value;
      }
    };

    const offer = () => {
      const before = new Map([...choices.querySelectorAll("select")].map(select => [select.name, select.value]));
      choices.replaceChildren(...picture.choices.map(({ label, options }, i) => {
        const select = element("select", { name: label, onchange: () => { settle(i); draw(isDark); } });
        select.append(...options.map(option => element("option", { value: option, textContent: option })));
        select.value = picture.variants[0]?.picks[i] ?? options[0];
        if (options.includes(before.get(label))) select.value = before.get(label);
        const labelled = element("label", { textContent: label + " " });
        labelled.append(select);
        return labelled;
      }));
      if (picture.variants.length > 0 && !isPossible(picks())) settle(-1);
    };

    const draw = dark => {
      isDark = dark;
      const wanted = picks();
      const variant = picture.variants.find(({ picks }) => picks.every((pick, i) => pick === wanted[i]));
      place.classList.toggle("left-out", !variant);
      says.textContent = variant?.says ?? picture.reason;
      if (!variant) return Promise.resolve();
      isDrawn = true;
      const figure = withTrials(variant.figure, trials);
      const layout = { ...figure.layout, title: { text: "" }, margin: { t: 16, ...figure.layout.margin }, uirevision: wanted.join("|") || "one" };
      return Figures.draw(plot, { data: figure.data, layout }, {}, dark);
    };

    const show = (newPicture, newTrials) => {
      const sameChoices = picture && JSON.stringify(picture.choices) === JSON.stringify(newPicture.choices);
      [picture, trials] = [newPicture, newTrials];
      if (!sameChoices) offer();
    };

    return { show, draw, isDrawn: () => isDrawn };
  };

  // The pictures of one study on the page.
  const openAll = container => [...container.querySelectorAll(".picture")].map(open);

  return { openAll };
})();
