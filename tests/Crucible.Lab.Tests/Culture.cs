using System.Globalization;

namespace Crucible.Lab.Tests;

/// <summary>Makes the thread's culture one with a decimal comma until it is disposed.</summary>
internal sealed class Culture : IDisposable
{
    private readonly CultureInfo before = CultureInfo.CurrentCulture;

    internal Culture() => CultureInfo.CurrentCulture = new CultureInfo("de-DE");

    public void Dispose() => CultureInfo.CurrentCulture = before;
}
