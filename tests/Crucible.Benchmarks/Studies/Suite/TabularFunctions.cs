namespace Crucible.Benchmarks.Studies;

internal static class TabularFunctions
{
    internal static IReadOnlyList<SuiteFunction> All { get; } = [];
}
