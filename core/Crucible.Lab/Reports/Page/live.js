// Follows a run: asks for news every second, and keeps what the reader has chosen.
(() => {
  "use strict";
  const period = 1000, patience = 15000; // milliseconds
  const part = id => document.getElementById(id);
  const [status, summary, time] = ["status", "summary", "time"].map(part);
  const element = (name, properties) => Object.assign(document.createElement(name), properties);
  let misses = 0, losses = null;

  const say = (word, color) => {
    if (status.textContent === word) return;
    status.textContent = word;
    status.className = `badge ${color}`;
  };

  const number = value => value.toLocaleString("en", { useGrouping: value >= 1e4 });
  const lasting = seconds => seconds < 100 ? `${Math.round(seconds)} s` : seconds < 6000 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;

  const showLoops = loops => {
    part("loops").hidden = loops.length === 0;
    part("loops").replaceChildren(...loops.map(({ title, done, total, note, seconds, isEnded }) => {
      const loop = element("div", { className: "loop" });
      const left = !isEnded && done > 0 && done < total ? `about ${lasting(seconds * (total - done) / done)} left` : isEnded ? `${lasting(seconds)}` : "";
      loop.append(
        element("span", { textContent: title }),
        element("span", { className: "count", textContent: `${number(done)} of ${number(total)}` }),
        element("progress", { max: Math.max(total, 1), value: done, ariaLabel: title }),
        element("span", { className: "note", textContent: note ?? "" }),
        element("span", { className: "note", textContent: left }));
      return loop;
    }));
  };

  const showList = (id, parent, items, make) => {
    part(id).hidden = !items?.length;
    part(id).querySelector(parent).replaceChildren(...(items ?? []).flatMap(make));
  };

  const show = news => {
    summary.textContent = news.summary;
    time.textContent = `· ${lasting(news.seconds)}`;
    document.title = `${news.loops.map(({ done, total }) => `${done} of ${total}`).at(-1) ?? ""} ${document.querySelector("h1").textContent}`.trim();
    showLoops(news.loops);
    showList("texts", ".written", news.texts.toReversed(), ({ title, text }) => [element("h3", { textContent: title }), element("pre", { textContent: text })]);
    showList("findings", "ul", news.findings?.length === 0 ? ["No problem found so far."] : news.findings, text => [element("li", { textContent: text })]);
    showList("machine", "dl", news.machine, ([name, value]) => {
      const card = element("div");
      card.append(element("dt", { textContent: name }), element("dd", { textContent: value }));
      return [card];
    });
    losses = news.losses;
    part("losses").hidden = !losses;
    part("losses").querySelector(".where").textContent = losses?.says;
  };

  const drawLosses = async () => losses && !Figures.isMissing && Figures.draw(part("losses").querySelector(".plot"), {
    data: losses.figure.data,
    layout: { ...losses.figure.layout, title: { text: "" }, margin: { t: 16 }, uirevision: "one" },
  });

  const paint = async () => {
    if (Figures.isMissing) return;
    await drawLosses();
    await Figures.inTurn(study.shown());
  };

  const ask = (name, headers) => fetch(name, { cache: "no-store", headers, signal: AbortSignal.timeout(patience) });
  const study = Panels.follow(part("study").querySelector(".places"), () => "study.json", ask);

  const followStudy = async newest => {
    part("study").hidden = !newest;
    return newest ? study.update() : false;
  };

  // The news, and whether the study's figures are newer too; null where the program gave none.
  const hear = async () => {
    try {
      const news = await (await ask("run.json")).json();
      const isNewer = await followStudy(news.study);
      misses = 0;
      return { news, isNewer };
    } catch (error) {
      // A program that is busy lets the page wait; only one that has ended turns it away, and one time may be chance. It may come
      // back at this address, so the page goes on asking, less often.
      if (error.name === "TimeoutError") say("running, but busy", "warn");
      else if (++misses === 5) {
        say("ended", "bad");
        summary.textContent = `The program does not answer any more: it was ended from outside. ${summary.textContent}`;
      }
      return null;
    }
  };

  const follow = async () => {
    const heard = await hear();
    if (heard) {
      const { news, isNewer } = heard;
      show(news);
      say(news.isEnded ? "ended" : "running", news.isEnded ? "good" : "warn");
      if (Figures.isMissing) summary.textContent += " The charts need plotly.js, which could not be loaded.";
      // A figure that cannot be drawn says nothing about the program.
      await (isNewer ? paint() : drawLosses()).catch(console.error);
      if (study.version()) document.documentElement.dataset.version = study.version();
    }
    if (!heard?.news.isEnded) setTimeout(follow, misses < 5 ? period : 5 * period);
  };

  follow();
  Figures.dark.addEventListener("change", paint);
})();
