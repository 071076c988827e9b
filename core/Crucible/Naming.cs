using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using static System.FormattableString;

namespace Crucible;

/// <summary>Names made from the names of types, so that none is written twice.</summary>
internal static class Naming
{
    /// <summary>What a program is told that is trimmed or compiled ahead of time.</summary>
    internal const string AreOfClasses = "Names are those of classes, which trimming may have taken away.";

    private const string Suffix = "Operation";

    /// <summary>
    /// <c>SelfAttention</c> is selfAttention, and so is <c>SelfAttentionOperation</c>: what messages, tables and
    /// command lines say.
    /// </summary>
    public static string CamelCase(MemberInfo member)
    {
        string name = member.Name;
        if (name.Length > Suffix.Length && name.EndsWith(Suffix, StringComparison.Ordinal)) name = name[..^Suffix.Length];
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    /// <summary>A name that is not known.</summary>
    /// <param name="what">What it should name: <c>activation</c>.</param>
    /// <param name="name">What was asked for.</param>
    /// <param name="known">The names there are.</param>
    public static OptionException Unknown(string what, string name, IEnumerable<string> known)
    {
        string nearest = NearestName.Of(name, known) is { } meant ? Invariant($"; did you mean '{meant}'?") : string.Empty;
        return new(Invariant($"{what} must be one of {string.Join(", ", known)}, but is '{name}'{nearest}"));
    }

    /// <summary>A value that is not a member of its enumeration: the last case of a switch over the members.</summary>
    public static OptionException NoMember<TEnum>(string operation, TEnum value)
        where TEnum : struct, Enum =>
        Errors.Option(operation, typeof(TEnum).Name, "one of " + string.Join(", ", Enum.GetNames<TEnum>()), value);
}

/// <summary>
/// The classes of a kind by name: all of this library that inherit <typeparamref name="TBase"/> and can be made. No
/// list is kept by hand.
/// </summary>
[RequiresUnreferencedCode(Naming.AreOfClasses)]
internal static class NamedTypes<TBase>
{
    private static readonly SortedDictionary<string, Type> Types = new(
        typeof(TBase).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(TBase)) && !type.IsAbstract)
            .ToDictionary(Naming.CamelCase),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The names in alphabetical order.</summary>
    public static IReadOnlyList<string> Names => [.. Types.Keys];

    /// <summary>The class of a name, in upper or lower case.</summary>
    /// <exception cref="OptionException">There is none.</exception>
    public static Type Find(string name) =>
        Types.TryGetValue(name, out Type? type) ? type : throw Naming.Unknown(Naming.CamelCase(typeof(TBase)), name, Types.Keys);
}

/// <summary>Finds the name that a mistyped one was probably meant to be.</summary>
public static class NearestName
{
    /// <summary>
    /// The candidate at the smallest edit distance from <paramref name="name"/>, ignoring case, or null when none is
    /// closer than half its length.
    /// </summary>
    /// <param name="name">What was typed.</param>
    /// <param name="candidates">What may have been meant.</param>
    public static string? Of(string name, IEnumerable<string> candidates)
    {
        string? nearest = null;
        int smallest = Math.Max(1, name.Length / 2) + 1;
        foreach (string candidate in candidates)
        {
            int distance = Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance >= smallest) continue;
            smallest = distance;
            nearest = candidate;
        }
        return nearest;
    }

    /// <summary>
    /// Edits (insert, delete, replace, swap two neighbours) that turn one name into the other: the restricted
    /// Damerau-Levenshtein distance.
    /// </summary>
    private static int Distance(string a, string b)
    {
        int[,] edits = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) edits[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) edits[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int replace = edits[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                int best = Math.Min(replace, 1 + Math.Min(edits[i - 1, j], edits[i, j - 1]));
                bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                edits[i, j] = swapped ? Math.Min(best, edits[i - 2, j - 2] + 1) : best;
            }
        }
        return edits[a.Length, b.Length];
    }
}
