using static System.FormattableString;

namespace Crucible.Text;

/// <summary>The share of outputs that are the reference, character by character.</summary>
public static class ExactMatch
{
    private const string Operation = "exact match";

    /// <summary>The share with one reference each.</summary>
    /// <param name="outputs">The outputs.</param>
    /// <param name="references">What each should be.</param>
    /// <returns>From 0 to 1.</returns>
    /// <exception cref="DataException">There are no outputs, more or fewer references, or an empty reference.</exception>
    public static double Corpus(IReadOnlyList<string> outputs, IReadOnlyList<string> references) =>
        Corpus(outputs, References.Single(references));

    /// <summary>The share with several references each, of which any may be met.</summary>
    /// <param name="outputs">The outputs.</param>
    /// <param name="references">What each may be.</param>
    /// <returns>From 0 to 1.</returns>
    /// <exception cref="DataException">There are no outputs, more or fewer references, or an output without reference.</exception>
    public static double Corpus(IReadOnlyList<string> outputs, IReadOnlyList<string[]> references) =>
        References.Pair(Operation, outputs, references).Average(pair => pair.Known.Contains(pair.Output) ? 1.0 : 0.0);
}

/// <summary>Outputs beside their references.</summary>
internal static class References
{
    /// <summary>One reference each.</summary>
    internal static string[][] Single(IReadOnlyList<string> references) => [.. references.Select(reference => new[] { reference })];

    /// <summary>Each output with its references that are not empty.</summary>
    internal static List<(string Output, string[] Known)> Pair(
        string operation, IReadOnlyList<string> outputs, IReadOnlyList<string[]> references)
    {
        if (outputs.Count == 0) throw Errors.TooFew(operation, "outputs", 1, 0);
        if (references.Count != outputs.Count)
        {
            string counts = Invariant($"there are {outputs.Count} and {references.Count}");
            throw Errors.DataSizes(operation, "each output must have its references", counts);
        }
        List<(string Output, string[] Known)> pairs = [];
        foreach ((string output, string[] all) in outputs.Zip(references))
        {
            string[] known = [.. all.Where(reference => reference.Length > 0)];
            if (known.Length == 0) throw Errors.EmptyReference(operation, pairs.Count);
            pairs.Add((output, known));
        }
        return pairs;
    }
}
