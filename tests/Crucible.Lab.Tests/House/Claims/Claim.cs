using System.Globalization;
using System.Text.RegularExpressions;

namespace Crucible.Lab.Tests.House.Claims;

/// <summary>A piece of README.md with numbers, and where each of them comes from, in order.</summary>
/// <param name="Text">The piece, as it stands there once.</param>
/// <param name="Sources">As many as it has numbers.</param>
internal sealed record Claim(string Text, params Source[] Sources)
{
    /// <summary>Its numbers, each with its source.</summary>
    internal IEnumerable<(ReadmeNumber Number, Source Source)> Numbers => ReadmeNumber.In(Text).Zip(Sources);
}

/// <summary>Where a number comes from.</summary>
internal abstract record Source
{
    /// <summary>It names what is run, as a seed does, and stands in the command of the number beside it.</summary>
    internal static Source Named { get; } = new Name();

    /// <summary>A number that a command measured.</summary>
    /// <param name="Command">The command; with several seeds without its seed.</param>
    /// <param name="Value">The metric's name in the record.</param>
    /// <param name="Scale">What makes it the number's unit, as 100 for a percentage.</param>
    /// <param name="Seeds">The mean is taken over as many seeds from 0 on; 0 for a command without.</param>
    internal sealed record Metric(string Command, string Value, double Scale = 1, int Seeds = 1) : Source
    {
        /// <summary>What the records call the runs.</summary>
        internal IEnumerable<string> Keys => Seeds == 0 ? [Command] : Enumerable.Range(0, Seeds).Select(seed => $"{Command} --seed {seed}");

        /// <summary>The command as a reader types it.</summary>
        internal string Shown => Seeds > 1 ? $"`{Command} --seed N`, mean of N = 0 to {Seeds - 1}" : $"`{Keys.Single()}`";
    }

    /// <summary>A number that a sentence of a file has recorded: no command here measures it, or one that takes long.</summary>
    internal sealed record Recorded(string File, string Sentence) : Source
    {
        /// <summary>The sentence's number that a number comes to; null if it has none.</summary>
        internal ReadmeNumber? Of(ReadmeNumber number) =>
            ReadmeNumber.In(Sentence).FirstOrDefault(one => number.Agrees(one.Value));
    }

    /// <summary>A number that a test holds.</summary>
    internal sealed record Held(Type Tests, string Test) : Source;

    private sealed record Name : Source;
}

/// <summary>A number as README.md writes it.</summary>
/// <param name="Text">Its characters.</param>
/// <param name="Place">Where they begin.</param>
internal sealed partial record ReadmeNumber(string Text, int Place)
{
    internal double Value => double.Parse(Text, CultureInfo.InvariantCulture);

    /// <summary>
    /// The numbers of a text: written in digits, and no part of a word (float32), of a version (10.0.200), of code, of a link's
    /// target, or of the section on speed, whose table another command writes.
    /// </summary>
    internal static IEnumerable<ReadmeNumber> In(string text) =>
        from number in Number().Matches(Aside().Replace(text, aside => new string(' ', aside.Length)))
        select new ReadmeNumber(number.Value, number.Index);

    /// <summary>Whether a value, rounded as this number is, comes to it.</summary>
    internal bool Agrees(double value)
    {
        string[] parts = Text.Split('e');
        int decimals = parts[0].Split('.') is [_, { Length: var digits }] ? digits : 0;
        int exponent = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        return Math.Abs(value - Value) <= Math.Pow(10, exponent - decimals) / 2 * (1 + 1e-9);
    }

    [GeneratedRegex(@"(?<![\p{L}\d.])\d+(\.\d+)?(e-?\d+)?(?![\p{L}\d])")]
    private static partial Regex Number();

    [GeneratedRegex(
        @"^```.*?^```$|`[^`\n]+`|\]\([^)]+\)|\b\d+(\.\d+){2,}\b|^## Speed$.*?(?=^## |\z)",
        RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Aside();
}
