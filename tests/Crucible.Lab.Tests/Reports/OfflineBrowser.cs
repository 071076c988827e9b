using Microsoft.Playwright;

namespace Crucible.Lab.Tests.Reports;

/// <summary>Opens pages from disk as a reader does, with no network, and collects what goes wrong.</summary>
internal sealed class OfflineBrowser : IAsyncDisposable
{
    private static readonly string[] Flags =
        [
            "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync"
        ];

    // Texts too small or too faint to read, as WCAG 2.2 measures contrast (1.4.3: at least 4.5, for large text 3).
    // Charts are plotly's affair, but for their size.
    private const string FindIllegible =
        """
        () => {
          const channels = color => color.match(/[\d.]+/g).map(Number);
          const luminance = color => {
            const [r, g, b] = color.slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const background = e => {
            for (; e; e = e.parentElement) {
              const c = channels(getComputedStyle(e).backgroundColor);
              if (c.length === 3 || c[3] > 0) return c;
            }
            return [255, 255, 255];
          };
          const bad = [];
          for (const e of document.body.querySelectorAll("*")) {
            if (e.closest("svg, .thumbnails, script, style") || e.checkVisibility?.() === false) continue;
            const text = [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.data.trim()).join("");
            if (!text) continue;
            const style = getComputedStyle(e), size = parseFloat(style.fontSize);
            const [a, b] = [luminance(channels(style.color)), luminance(background(e))].sort((x, y) => y - x);
            const contrast = (a + 0.05) / (b + 0.05), needed = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
            if (size < 12 || contrast < needed) bad.push(`${text.slice(0, 40)}: ${size} px, contrast ${contrast.toFixed(1)}`);
          }
          const width = document.documentElement.scrollWidth;
          if (width > innerWidth) bad.push(`the page is ${width} px wide on a screen of ${innerWidth}`);
          return bad;
        }
        """;

    // milliseconds: without a graphics card, and on a machine with other work, drawing takes its time
    private const float Patience = 120_000;

    private readonly List<string> complaints = [];
    private readonly IPlaywright playwright;
    private readonly IBrowser browser;

    private OfflineBrowser(IPlaywright playwright, IBrowser browser) => (this.playwright, this.browser) = (playwright, browser);

    /// <summary>Errors of the pages' scripts, and what they asked the network for.</summary>
    internal IReadOnlyList<string> Complaints => complaints;

    internal static async Task<OfflineBrowser> StartAsync()
    {
        IPlaywright playwright = await Playwright.CreateAsync();
        return new OfflineBrowser(
            playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = BrowserFactAttribute.Browser, Args = Flags }));
    }

    internal Task<IPage> OpenAsync(string file, int width = 1280, ColorScheme scheme = ColorScheme.Light, string fragment = "") =>
        OpenAsync(new Uri(new Uri(file).AbsoluteUri + fragment), width, scheme);

    /// <summary>
    /// Opens a page from disk, or one that a program on this machine serves: that program is then all the network there
    /// is.
    /// </summary>
    internal async Task<IPage> OpenAsync(Uri address, int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        IBrowserContext context =
            await browser.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme });
        context.SetDefaultTimeout(Patience);
        if (address.IsFile) await context.SetOfflineAsync(true);
        IPage page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type == "error") complaints.Add(message.Text); // warnings are of the graphics driver
        };
        page.PageError += (_, error) => complaints.Add(error);
        page.Request += (_, request) =>
        {
            Uri asked = new(request.Url);
            if (asked.Scheme is not ("file" or "data" or "blob") && (address.IsFile || asked.Authority != address.Authority))
                complaints.Add("asks the network for " + request.Url);
        };
        await page.GotoAsync(address.AbsoluteUri);
        return page;
    }

    /// <summary>What a reader could not read: too small, too faint, or beyond the edge of the screen.</summary>
    internal static async Task<string[]> IllegibleAsync(IPage page) => await page.EvaluateAsync<string[]>(FindIllegible);

    /// <summary>Waits until an attribute says that the page's own drawing is done.</summary>
    internal static async Task DrawnAsync(IPage page, string selector) =>
        await page.WaitForSelectorAsync(selector, new() { State = WaitForSelectorState.Attached });

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}
