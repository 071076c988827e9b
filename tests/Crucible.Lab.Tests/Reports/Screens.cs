using Microsoft.Playwright;

namespace Crucible.Lab.Tests.Reports;

/// <summary>The screens that a page must be legible on: a desk's and a telephone's, by day and by night.</summary>
internal static class Screens
{
    internal static readonly (int Width, ColorScheme Scheme)[] All =
        [(1280, ColorScheme.Light), (1280, ColorScheme.Dark), (390, ColorScheme.Light), (390, ColorScheme.Dark)];
}
