using Crucible.Lab.Tables;
using Crucible.Lab.Workspace;

namespace Crucible.Lab.Studies;

/// <summary>The command <c>studies …</c>: the studies of a store, listed, copied and deleted, and their trials.</summary>
internal static class StudiesCommand
{
    private const int Done = 0, Failed = 1, WrongUsage = 2;

    internal static string Usage => $"""
        Usage: {Folders.Door} studies <command> [--store STORE] [--to STORE]

          list [WORD …]     the studies whose names have all the words, with their trials and when the last began
          trials NAME       a study's trials as CSV: values, parameters, constraints, user attributes, errors
          copy NAME NEW     copies a study, in its store or --to another: trials that have ended, attributes, artifacts
          delete NAME …     deletes studies: trials, reports on the way, checkpoints
          serve             shows all of them as pages that follow the store; 'serve help' has --port, --host and --open

        A STORE is a SQLite file or postgres://user@host/database; reports/studies.db when not given.
        """;

    /// <summary>Does what the arguments say.</summary>
    /// <param name="arguments">What stands behind <c>studies</c>.</param>
    /// <param name="output">What it answers.</param>
    /// <param name="errors">What went wrong.</param>
    /// <returns>0; 1 when it could not be done, 2 for a wrong command or name, each told in a line.</returns>
    internal static int Run(string[] arguments, TextWriter output, TextWriter errors)
    {
        try
        {
            (string? named, string[] rest) = Without("--store", arguments);
            (string? other, string[] words) = Without("--to", rest);
            bool isRight = (words is ["copy", _, _] || (other is null && words is ["list", ..] or ["trials", _] or ["delete", _, ..]))
                && !words.Any(word => word.StartsWith('-'));
            if (!isRight)
            {
                errors.WriteLine(Usage);
                return WrongUsage;
            }

            using IStudyStore store = named is null ? SqliteStore.Default() : Existing(named);
            if (words[0] == "list") List(store, words[1..], output);
            else if (words[0] == "trials") Trials(store, words[1], output);
            else if (words[0] == "copy") Copy(store, words[1], words[2], other, output);
            else Delete(store, [.. words[1..].Distinct()], output);
            return Done;
        }
        catch (CrucibleException error)
        {
            errors.WriteLine(error.Message);
            return error is OptionException ? WrongUsage : Failed;
        }
    }

    /// <summary>The value of an option, if it is there, and the other words.</summary>
    private static (string? Value, string[] Words) Without(string option, string[] words)
    {
        int place = Array.IndexOf(words, option);
        return place >= 0 && place + 1 < words.Length ? (words[place + 1], [.. words[..place], .. words[(place + 2)..]]) : (null, words);
    }

    /// <summary>A store that is there: a mistyped file is none to be made.</summary>
    private static IStudyStore Existing(string named) =>
        named.Contains("://", StringComparison.Ordinal) || File.Exists(named) ? StudyStore.Open(named) : throw StudyErrors.NoStore(named);

    private static void List(IStudyStore store, string[] words, TextWriter output)
    {
        foreach (StudySummary study in Study.List(store))
        {
            if (words.All(word => study.Name.Contains(word, StringComparison.OrdinalIgnoreCase))) output.WriteLine(study);
        }
    }

    private static void Trials(IStudyStore store, string name, TextWriter output)
    {
        if (store.Studies(name).Count == 0) throw StudyErrors.NoSuchStudy(name, [.. store.Studies().Select(study => study.Name)]);
        StudyContent content = store.Read(name);
        ArraySegment<FrozenTrial> trials = new TrialArchive(store, content.Definition, parameter => content.Parameters[parameter]).All();
        output.Write(Csv.ToText(TrialColumns.ToFrame(content.Definition.Directions, trials)));
    }

    private static void Copy(IStudyStore store, string name, string newName, string? other, TextWriter output)
    {
        using IStudyStore? to = other is null ? null : StudyStore.Open(other);
        Study.Copy(name, newName, store, to);
        output.WriteLine($"copied {name} to {newName}{(other is null ? "" : $" in {other}")}");
    }

    private static void Delete(IStudyStore store, string[] names, TextWriter output)
    {
        string[] known = [.. Study.List(store).Select(study => study.Name)];
        string? wrong = Array.Find(names, name => !known.Contains(name));
        if (wrong is not null) throw StudyErrors.NoSuchStudy(wrong, known); // before the first goes
        foreach (string name in names)
        {
            Study.Delete(name, store);
            output.WriteLine($"deleted {name}");
        }
    }
}
