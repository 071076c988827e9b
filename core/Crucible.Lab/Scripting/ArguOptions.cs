using System.Text.RegularExpressions;
using Argu;
using Microsoft.FSharp.Core;

namespace Crucible.Lab.Scripting;

/// <summary>A script's own options: an F# union that Argu reads.</summary>
/// <typeparam name="TOptions">The union.</typeparam>
internal sealed partial class ArguOptions<TOptions> where TOptions : IArgParserTemplate
{
    private readonly ArgumentParser<TOptions> parser = ArgumentParser.Create<TOptions>(
        programName: null, helpTextMessage: null, usageStringCharacterWidth: FSharpOption<int>.Some(100), errorHandler: null, checkStructure: null);

    /// <summary>One line or two an option.</summary>
    internal string Usage
    {
        get
        {
            // Argu's own text, from the list of options on and without its --help, which stands with the common options.
            string usage = parser.PrintUsage(message: null, programName: null, hideSyntax: FSharpOption<bool>.Some(true), usageStringCharacterWidth: null);
            int list = usage.IndexOf("OPTIONS:", StringComparison.Ordinal);
            string[] lines = usage[(list < 0 ? 0 : list + "OPTIONS:".Length)..].Split('\n');
            return string.Join('\n', lines.Where(line => !HelpLine().IsMatch(line))).Trim('\r', '\n');
        }
    }

    /// <summary>Reads the script's own arguments.</summary>
    /// <exception cref="UsageException">An option is unknown, or a value missing or wrong.</exception>
    internal ParseResults<TOptions> Parse(IReadOnlyCollection<string> arguments)
    {
        RejectDecimalCommas(arguments);
        try
        {
            return parser.Parse(inputs: arguments.ToArray(), configurationReader: null, ignoreMissing: null, ignoreUnrecognized: null, raiseOnUsage: FSharpOption<bool>.Some(false));
        }
        catch (ArguParseException error)
        {
            throw ScriptErrors.WrongArgument(error);
        }
    }

    /// <summary>Argu takes the comma of 0,5 as a separator of thousands and reads 5; no one means that.</summary>
    private void RejectDecimalCommas(IReadOnlyCollection<string> arguments)
    {
        HashSet<string> fractions = [.. parser.GetArgumentCases().Where(HasFraction).SelectMany(option => option.CommandLineNames.Value)];
        string option = "";
        foreach (string part in arguments.SelectMany(argument => argument.StartsWith("--", StringComparison.Ordinal) ? argument.Split('=', 2) : [argument]))
        {
            if (part.StartsWith("--", StringComparison.Ordinal)) option = part;
            else if (fractions.Contains(option) && DecimalComma().IsMatch(part)) throw ScriptErrors.WrongValue(option, "a number with a decimal point", part);
        }
    }

    private static bool HasFraction(ArgumentCaseInfo option) => option.UnionCaseInfo.GetFields()
        .SelectMany(field => field.PropertyType.GenericTypeArguments.Prepend(field.PropertyType))
        .Any(type => type == typeof(double) || type == typeof(float) || type == typeof(decimal));

    [GeneratedRegex(@"^\s*--help\b")]
    private static partial Regex HelpLine();

    [GeneratedRegex(@"^[-+]?\d*,\d+([eE][-+]?\d+)?$")]
    private static partial Regex DecimalComma();
}
