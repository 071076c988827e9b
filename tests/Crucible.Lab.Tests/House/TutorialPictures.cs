using Crucible.Lab.Reports;
using Crucible.Lab.Tests.Reports;
using Crucible.Lab.Tests.Scripting;
using Microsoft.Playwright;

namespace Crucible.Lab.Tests.House;

/// <summary>The pictures of docs/tutorials, taken of what its script really writes.</summary>
internal static class TutorialPictures
{
    internal const string Command = "pictures";

    private const int Width = 800; // pixels

    internal static async Task<int> WriteAsync()
    {
        using TemporaryFolder folder = new();
        string pictures = Path.Combine(Rooms.Root, "docs", "tutorials", "pictures");
        Directory.CreateDirectory(pictures);
        foreach (string[] options in (string[][])[["--epochs", "20"], []])
        {
            string place = folder.File(Path.Combine("template", options.Length == 0 ? "usual" : "short"));
            ScriptProcess.Result run =
                await ScriptProcess.RunAsync(Rooms.Root, ["scripts/template.fsx", "--out", place, .. options]);
            if (run.ExitCode != 0) throw new InvalidOperationException(run.Errors);
        }

        new Gallery(folder.Location).Refresh();
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        await TakeAsync(folder.File("template/usual/report.html"), "report.png", 640);
        await TakeAsync(folder.File(Gallery.FileName), "gallery.png", 480);
        return 0;

        async Task TakeAsync(string page, string picture, int height)
        {
            IPage opened = await browser.OpenAsync(page, Width);
            if (await opened.Locator(".plot").CountAsync() > 0) await OfflineBrowser.DrawnAsync(opened, "html[data-charts]");
            await opened.ScreenshotAsync(new() { Path = Path.Combine(pictures, picture), Clip = new() { Width = Width, Height = height } });
            Console.WriteLine($"docs/tutorials/pictures/{picture}");
        }
    }
}
