using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Crucible.Lab.Scripting;
using Microsoft.FSharp.Reflection;
using Xunit;

namespace Crucible.Lab.Tests.Scripting;

/// <summary>
/// The options of every script, given what a user may mistype: each is taken, or refused in a line that names the
/// option as typed. The scripts are compiled, and the records of their options read from the programs; no script works.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class EveryScriptsOptionsTests
{
    private const string TwoWords = "two words"; // as one argument

    private static readonly string[][] Values =
    [
        ["0"], ["-5"], ["NaN"], ["1e400"], ["1e300"], ["2147483647"], ["2147483648"], [""], ["4,,"], [TwoWords], ["two", "words"],
        ["12", "1"], ["12", "-1"],
    ];

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(file, "..", "..", "..", ".."));

    [Fact]
    public async Task Options_OfEveryScript_TakeAValueOrSayInALineWhatIsWrong()
    {
        string scripts = Path.Combine(Root(), "scripts");
        string[] files = [.. Directory.GetFiles(scripts, "*.fsx", SearchOption.AllDirectories).Where(HasOptions).Order()];
        Dictionary<string, Type> records = // and those of the library, which some scripts use alone
            new() { [nameof(CommonOptions)] = typeof(CommonOptions), [nameof(SearchOptions)] = typeof(SearchOptions) };
        foreach (string file in files)
        {
            ScriptProcess.Result help = await ScriptProcess.RunAsync(Root(), file, "help");
            Assert.Equal(0, help.ExitCode);
            foreach (Type record in RecordsOf(file)) records[$"{Path.GetRelativePath(scripts, file)} {record.FullName}"] = record;
        }

        Assert.True(files.Length >= 20 && records.Count > files.Length, "scripts with options are not found as they were");
        Assert.Equal([], records.SelectMany(record => Problems(record.Key, record.Value)));
    }

    private static bool HasOptions(string file)
    {
        string text = File.ReadAllText(file);
        return text.Contains("Experiment.Run(", StringComparison.Ordinal) && text.Contains("lab.Options", StringComparison.Ordinal);
    }

    /// <summary>The records of options in the program of a script, which the launcher keeps beside the core.</summary>
    private static Type[] RecordsOf(string script)
    {
        string binaries = Path.Combine(Root(), "core", "Crucible.Lab", "bin", "Release", "net10.0");
        string pattern = $"{Path.GetFileNameWithoutExtension(script)}-????????.dll";
        return
        [
            .. from program in Directory.GetFiles(binaries, pattern)
               from type in new AssemblyLoadContext(program).LoadFromStream(new MemoryStream(File.ReadAllBytes(program))).GetTypes()
               where FSharpType.IsRecord(type, null) && (HasOptions(type) || type.GetProperties().Any(ScriptOptions.IsGroup))
               select type,
        ];
    }

    private static bool HasOptions(Type type) => type.GetProperties().Any(property => property.IsDefined(typeof(OptionAttribute)));

    private static IEnumerable<string> Problems(string record, Type type)
    {
        ScriptOptions options = new(Blank(type));
        return
            from option in options.Names
            from values in Values
            let problem = Problem(options, option, values)
            where problem is not null
            select $"{record}: {option} {string.Join(' ', values)}: {problem}";
    }

    /// <summary>A record whose options have nothing as their defaults.</summary>
    private static object Blank(Type type)
    {
        ConstructorInfo make = type.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!;
        return make.Invoke([.. make.GetParameters().Select(parameter =>
            HasOptions(parameter.ParameterType) ? Blank(parameter.ParameterType)
                : parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType) : null)]);
    }

    private static string? Problem(ScriptOptions options, string option, string[] values)
    {
        using StringWriter output = new(), errors = new();
        ScriptCall call = new("sample", [option, .. values], IsSession: true);
        int exitCode;
        try
        {
            exitCode = new Contract<ExperimentRun>(call, new ScriptConsole(output, errors), "A sample.", null, _ =>
            {
                List<string> unknown = [];
                options.Read(call.Arguments, unknown);
                if (unknown.Count > 0) throw new UsageException($"nobody takes {string.Join(' ', unknown)}");
                throw new TakenException();
            }).Execute(_ => { });
        }
        catch (TakenException)
        {
            return values.Length > 1 ? "both words are taken"
                : values[0] == "2147483647" && IsNumber(options, option, "whole") ? "the largest number is taken: name a Max"
                : values[0] == "1e300" && IsNumber(options, option, "decimal") ? "an endless number is taken: name a Max"
                : null;
        }

        string line = errors.ToString().TrimEnd();
        return exitCode != 2 || line.Contains('\n', StringComparison.Ordinal) || !line.StartsWith(option + " ", StringComparison.Ordinal)
            ? $"exit code {exitCode}, {line}"
            : null;
    }

    /// <summary>Whether an option takes numbers of a kind; a seed may be any from 0.</summary>
    private static bool IsNumber(ScriptOptions options, string option, string kind)
    {
        string refusal = Assert.Throws<UsageException>(() => options.Read([option, ""], [])).Message;
        return refusal.Contains("number", StringComparison.Ordinal) && refusal.Contains(kind, StringComparison.Ordinal)
            && !refusal.Contains("from 0", StringComparison.Ordinal);
    }

    private sealed class TakenException : Exception;
}
