// Follows a study: asks for newer figures every second, and keeps what the reader has chosen.
(() => {
  "use strict";
  const period = 1000; // milliseconds
  const [status, summary] = ["status", "summary"].map(id => document.getElementById(id));
  const panels = Panels.openAll(document.querySelector(".panels"));
  let version = null, misses = 0;

  const say = (word, color, text) => {
    status.textContent = word;
    status.className = `badge ${color}`;
    if (text) summary.textContent = text;
  };

  const paint = () => Figures.inTurn(panels.filter(panel => panel.isShown()));

  const follow = async () => {
    let isEnded = false;
    try {
      const answer = await fetch("study.json", { cache: "no-store", headers: version ? { "If-None-Match": version } : {} });
      if (answer.status === 200) {
        const news = await answer.json();
        version = answer.headers.get("ETag");
        isEnded = news.isEnded;
        say(isEnded ? "ended" : "running", isEnded ? "good" : "warn", news.summary);
        panels.forEach((panel, place) => panel.show(news.study.panels[place], news.study.trials));
        if (Figures.isMissing) summary.textContent += " The charts need plotly.js, which could not be loaded.";
        else await paint();
        document.documentElement.dataset.version = version;
      } else if (answer.status === 304 && misses > 0) say("running", "warn");
      misses = 0;
    } catch {
      // One miss may be chance. The program may come back at this address, so the page goes on asking, less often.
      if (++misses === 3) say("ended", "bad", `The program that ran the study is gone. ${summary.textContent}`);
    }
    if (!isEnded) setTimeout(follow, misses < 3 ? period : 5 * period);
  };

  follow();
  Figures.dark.addEventListener("change", paint);
})();
