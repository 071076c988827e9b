using Microsoft.FSharp.Core;
using Plotly.NET;
using Plotly.NET.ImageExport;
using PuppeteerSharp;

namespace Crucible.Lab.Reports;

/// <summary>Saves charts as figures through a Chromium or Chrome that is on this machine; none is ever fetched.</summary>
internal static class ChartImage
{
    private static readonly string[] Browsers =
        [
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
            "chrome.exe",
            "msedge.exe",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
        ];

    /// <summary>The browser's file, or null where there is none.</summary>
    internal static string? FindBrowser()
    {
        string[] folders =
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return Browsers.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }

    /// <summary>Writes the chart beside the report, and says in a line what went wrong, if anything.</summary>
    /// <param name="chart">The chart, which stays as it is.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="name">The file's name; without <c>.png</c> or <c>.svg</c> it becomes an SVG.</param>
    /// <param name="browser">The browser's file, or nothing.</param>
    internal static string? Save(GenericChart chart, string folder, string name, string? browser)
    {
        string file = Path.GetExtension(name) is ".png" or ".svg" ? name : name + ".svg";
        if (browser is null) return $"{file} was not written: there is no Chromium or Chrome on the PATH to draw it.";
        try
        {
            PuppeteerSharpRendererOptions.localBrowserExecutablePath = browser;
            PuppeteerSharpRendererOptions.launchOptions = new LaunchOptions
            {
                Headless = true,
                ExecutablePath = browser,
                Args = Environment.IsPrivilegedProcess ? ["--no-sandbox"] : []
            };
            string path = Path.Combine(folder, Path.ChangeExtension(file, null));
            FSharpFunc<GenericChart, Unit> save = Path.GetExtension(file) == ".png"
                ? ChartExtensions.SavePNG(path, null, null, null, null)
                : ChartExtensions.SaveSVG(path, null, null, null, null);
            save.Invoke(Complete(chart));
            return null;
        }
        catch (Exception error) when (error is AggregateException or PuppeteerException or IOException or UnauthorizedAccessException
            or System.ComponentModel.Win32Exception)
        {
            return $"{file} was not written: {(error.InnerException ?? error).Message.Split('\n')[0]}";
        }
    }

    /// <summary>The same chart with plotly.js in its page, which needs no network then.</summary>
    internal static GenericChart Complete(GenericChart chart)
    {
        DisplayOptions display = DisplayOptions.setPlotlyReference(PlotlyJSReference.Full).Invoke(new DisplayOptions());
        return GenericChart.NewMultiChart(
            GenericChart.getTraces(chart), GenericChart.getLayout(chart), GenericChart.getConfig(chart), display);
    }
}
