using System.Globalization;
using System.Text.RegularExpressions;
using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports;

/// <summary>
/// Which trials somebody wants to see: <c>state = pruned, "learning rate" &lt; 0.01, error ~ memory</c>. All conditions must hold;
/// a trial that does not have what a condition asks for is not among them. ~ means that a text has it somewhere.
/// </summary>
internal static partial class TrialFilter
{
    /// <summary>The trials for which all conditions hold.</summary>
    /// <exception cref="OptionException">The text is no list of conditions, or no trial could have what it names.</exception>
    internal static FrozenTrial[] Of(FrozenTrial[] trials, string text, IReadOnlyList<Column<FrozenTrial>> fields)
    {
        List<Func<FrozenTrial, bool>> conditions = [];
        for (string rest = text.Trim(); rest.Length > 0;)
        {
            Match match = Condition().Match(rest);
            if (!match.Success) throw ReportErrors.Filter(rest);
            conditions.Add(Read(match, fields));
            rest = rest[match.Length..];
        }

        return conditions.Count == 0 ? trials : [.. trials.Where(trial => conditions.TrueForAll(condition => condition(trial)))];
    }

    private static Func<FrozenTrial, bool> Read(Match match, IReadOnlyList<Column<FrozenTrial>> fields)
    {
        (string name, string sign, string value) = (match.Groups["name"].Value, match.Groups["sign"].Value, match.Groups["value"].Value);
        Column<FrozenTrial> field = fields.FirstOrDefault(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw ReportErrors.FilterField(name, [.. fields.Select(field => field.Name)]);
        bool isNumber = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number);
        if (sign[0] is '<' or '>' && !isNumber) throw ReportErrors.FilterNumber(name, sign, value);
        return trial => field.Read(trial) switch
        {
            null => false,
            IConvertible found when Numbers.IsNumber(found) && isNumber =>
                Holds(found.ToDouble(CultureInfo.InvariantCulture), sign, number, value),
            object found => Holds(Numbers.Show(found), sign, value),
        };
    }

    private static bool Holds(double found, string sign, double number, string text) => sign switch
    {
        "<" => found < number,
        "<=" => found <= number,
        ">" => found > number,
        ">=" => found >= number,
        "!=" => found != number && Numbers.Show(found) != text,
        "=" => found == number || Numbers.Show(found) == text, // as the table shows it
        _ => Numbers.Exact(found).Contains(text, StringComparison.Ordinal),
    };

    private static bool Holds(string found, string sign, string text) => sign switch
    {
        "=" => found.Equals(text, StringComparison.OrdinalIgnoreCase),
        "!=" => !found.Equals(text, StringComparison.OrdinalIgnoreCase),
        "~" => found.Contains(text, StringComparison.OrdinalIgnoreCase),
        _ => false, // a text is neither more nor less than a number
    };

    [GeneratedRegex("""^(?:"(?<name>[^"]+)"|(?<name>[^\s"<>=!~,]+))\s*(?<sign><=|>=|!=|=|<|>|~)\s*(?:"(?<value>[^"]*)"|(?<value>[^\s",]+))\s*(?:,\s*|and\s+)?""")]
    private static partial Regex Condition();
}
