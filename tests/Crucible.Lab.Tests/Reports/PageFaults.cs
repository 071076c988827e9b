using System.Text.Json;
using Microsoft.Playwright;

namespace Crucible.Lab.Tests.Reports;

/// <summary>What a page must not have, whatever it is about.</summary>
internal static class PageFaults
{
    private const int LongestLegend = 30; // letters

    // Legends that are too long, titles and names that are cut or meet, log ticks that meet, figures wider than their column,
    // holes in a grid, numbers as machines write them, and things that scroll without a cue.
    private const string FindFaults =
        """
        longest => {
          const faults = [], plots = [...document.querySelectorAll(".plot")].filter(plot => plot._fullData);
          const titleOf = plot => plot._fullLayout.title?.text || plot.closest(".panel")?.querySelector("h3").textContent || plot.id;
          const textOf = html => html.replace(/<br>/g, " ").replace(/<[^>]*>/g, "").replace(/&[a-z]+;/g, "_");
          for (const plot of plots) {
            const title = titleOf(plot);
            for (const trace of plot._fullData)
              if (plot._fullLayout.showlegend && trace.showlegend && textOf(trace.name ?? "").length > longest)
                faults.push(`${title}: the legend "${textOf(trace.name)}" is longer than ${longest} letters`);
            for (const tick of [".xtick", ".ytick"]) {
              const isTurned = text => /rotate\((?!0[,)])/.test(text.getAttribute("transform") ?? "");
              const level = [...plot.querySelectorAll(tick + " text")].filter(text => !isTurned(text));
              const boxes = level.map(text => text.getBoundingClientRect());
              const meets = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 4 && b.top < a.bottom - 4;
              if (boxes.some((a, i) => boxes.some((b, j) => j > i && meets(a, b)))) faults.push(`${title}: ticks of ${tick} collide`);
            }
            const svg = plot.querySelector(".main-svg").getBoundingClientRect(), column = plot.getBoundingClientRect().right;
            const named = [...plot.querySelectorAll("text:is(.gtitle, [class$=title]), .xtick text, .ytick text, .legendtext")];
            for (const text of named) {
              const { left, right, top, bottom } = text.getBoundingClientRect();
              const edge = text.matches(".gtitle") ? Math.min(column, svg.right) : svg.right; // whoever scrolls has read the title before
              if (left < svg.left - 2 || right > edge + 2 || top < svg.top - 2 || bottom > svg.bottom + 2)
                faults.push(`${title}: "${text.textContent}" is cut`);
            }
            const lies = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom - 3 && b.top < a.bottom;
            const titles = named.filter(text => /^[xy]\d*title/.test(text.getAttribute("class"))).map(text => text.getBoundingClientRect());
            if (titles.some((a, i) => titles.some((b, j) => j > i && lies(a, b))))
              faults.push(`${title}: titles of axes collide`);
            const legend = plot.querySelector(".legend")?.getBoundingClientRect();
            const below = plot.querySelector(".xtitle")?.getBoundingClientRect();
            if (legend && below && lies(legend, below))
              faults.push(`${title}: the legend lies on the title of the axis`);
          }
          for (const element of document.querySelectorAll(".plot, .scroll, .formula")) {
            if (element.scrollWidth <= element.clientWidth + 1) continue;
            const says = element.textContent.slice(0, 40);
            if (innerWidth > 1200) faults.push(`${element.className} is wider than its column: ${says}`);
            if (!getComputedStyle(element).backgroundAttachment.includes("local"))
              faults.push(`${element.className} scrolls without a cue: ${says}`);
          }
          for (const formula of document.querySelectorAll(".formula"))
            if (formula.scrollHeight > formula.clientHeight) faults.push(`${formula.textContent} is higher than its line`);
          for (const grid of document.querySelectorAll(".charts, .panels")) {
            const items = [...grid.children].filter(item => item.matches(".plot, .panel:not(.left-out)"));
            const edge = grid.getBoundingClientRect().right, rows = new Map();
            for (const { top, right } of items.map(item => item.getBoundingClientRect()))
              rows.set(Math.round(top), Math.max(rows.get(Math.round(top)) ?? 0, right));
            for (const right of rows.values()) if (right < edge - 20) faults.push(`a hole of ${Math.round(edge - right)} px in a grid`);
          }
          for (const cell of document.querySelectorAll("td, dd"))
            if (/\d\.?\d*E[+-]?\d/.test(cell.textContent)) faults.push(`${cell.textContent} is written for machines`);
          return faults;
        }
        """;

    // The named series of each figure, with how they are drawn.
    private const string FindSeries =
        """
        () => JSON.stringify([...document.querySelectorAll(".plot")].filter(plot => plot._fullData).map(plot => ({
          title: plot._fullLayout.title?.text || plot.closest(".panel")?.querySelector("h3").textContent || plot.id,
          series: plot._fullData.filter(trace => plot._fullLayout.showlegend && trace.showlegend && trace.visible === true).map(trace => {
            const isLine = (trace.mode ?? "").includes("lines");
            const color = isLine ? trace.line.color : trace.marker?.color;
            const style = `${trace.type} ${isLine ? trace.line.dash : trace.marker?.symbol}`;
            return { name: trace.name, color: typeof color === "string" ? color : "", style };
          }).filter(series => /^(#|rgb)/.test(series.color)),
        })))
        """;

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    /// <summary>Each fault of a page whose figures are drawn, in words.</summary>
    internal static async Task<string[]> OfAsync(IPage page)
    {
        Drawn[] figures = JsonSerializer.Deserialize<Drawn[]>(await page.EvaluateAsync<string>(FindSeries), Web)!;
        return [.. await page.EvaluateAsync<string[]>(FindFaults, LongestLegend), .. OfColors(figures)];
    }

    /// <summary>What a reader sees of a page before scrolling far: the question, the answer and its picture.</summary>
    /// <param name="page">The page, its figures drawn.</param>
    /// <param name="within">How many pixels they may take.</param>
    internal static async Task<string[]> OfFirstScreenAsync(IPage page, int within)
    {
        List<string> faults = [];
        string title = await page.Locator("h1").TextContentAsync() ?? "";
        if (!title.EndsWith('?')) faults.Add($"\"{title}\" asks nothing");
        foreach (string part in new[] { ".answer .sentence", ".answer .plot" })
        {
            ILocator found = page.Locator(part);
            LocatorBoundingBoxResult? box = await found.CountAsync() > 0 ? await found.First.BoundingBoxAsync() : null;
            if (box is null) faults.Add($"there is no {part}");
            else if (box.Y + box.Height > within) faults.Add($"{part} ends at {box.Y + box.Height:F0} px, beyond {within}");
        }

        return [.. faults];
    }

    private static IEnumerable<string> OfColors(Drawn[] figures)
    {
        foreach (Drawn figure in figures)
        {
            foreach ((Series a, Series b) in figure.Series.SelectMany((a, i) => figure.Series.Skip(i + 1).Select(b => (a, b))))
            {
                double difference = Sight.Difference(a.Color, b.Color);
                if (a.Style == b.Style && a.Name != b.Name && difference < Sight.Clear)
                    yield return $"{figure.Title}: {a.Name} ({a.Color}) and {b.Name} ({b.Color}) are hard to tell apart: {difference:F1}";
            }
        }

        foreach (IGrouping<string, Series> one in figures.SelectMany(figure => figure.Series).GroupBy(series => series.Name))
        {
            string[] colors = [.. one.Select(series => series.Color).Distinct()];
            if (colors.Length > 1) yield return $"{one.Key} has several colours: {string.Join(", ", colors)}";
        }
    }

    private sealed record Drawn(string Title, Series[] Series);

    private sealed record Series(string Name, string Color, string Style);
}
