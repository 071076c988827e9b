using System.Text.Json;
using System.Text.Json.Serialization;
using Crucible.Files;

namespace Crucible.Lab.Scripting;

/// <summary>
/// The setting of a run that can be continued, <c>setting.json</c> beside its checkpoints: everything that decides what
/// comes out. A run that goes on takes it from there, and no option may change it.
/// </summary>
public static class RunSetting
{
    private const string FileName = "setting.json";

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter() },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Begins a run: writes the setting, and removes what an earlier run left in the folder.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="setting">A record.</param>
    /// <param name="pattern">The files that a run leaves, as <c>*.safetensors</c>.</param>
    /// <param name="further">More such patterns.</param>
    public static void Begin<T>(string folder, T setting, string pattern, params string[] further)
    {
        foreach (string file in FilesOf(folder, pattern, further)) File.Delete(file);
        AtomicFile.WriteText(Path.Combine(folder, FileName), JsonSerializer.Serialize(setting, Json));
    }

    /// <summary>Goes on with a run that was stopped: what it left is copied to the folder of this run.</summary>
    /// <param name="folder">This run's folder.</param>
    /// <param name="named">The other's folder; <c>latest</c> for this one, or the last beside it that was stopped.</param>
    /// <param name="pattern">The files that a run leaves.</param>
    /// <param name="last">The file that a run leaves when it comes to its end.</param>
    /// <param name="further">More patterns.</param>
    /// <returns>Its setting.</returns>
    /// <exception cref="OptionException">There is no such run, or its setting cannot be read.</exception>
    public static T Resume<T>(string folder, string named, string pattern, string last, params string[] further)
    {
        string from = named == "latest" ? Stopped(folder, last) : named;
        T setting = Load<T>(from);
        if (Path.GetFullPath(from) != Path.GetFullPath(folder))
            foreach (string file in FilesOf(from, pattern, [FileName, .. further]))
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        return setting;
    }

    /// <summary>The setting of a run.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <returns>The setting.</returns>
    /// <exception cref="OptionException">There is no such run, or its setting cannot be read.</exception>
    public static T Load<T>(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) throw ScriptErrors.NoSetting(folder, FileName);
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), Json) ?? throw new JsonException("it is null");
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw ScriptErrors.SettingUnreadable(path, error);
        }
    }

    /// <summary>The last run beside a folder that came to its end.</summary>
    /// <param name="folder">A run's folder.</param>
    /// <param name="last">The file that a run leaves when it comes to its end.</param>
    /// <returns>The run's folder.</returns>
    /// <exception cref="OptionException">There is none.</exception>
    public static string Finished(string folder, string last) =>
        Beside(folder).FirstOrDefault(run => File.Exists(Path.Combine(run, last))) ?? throw ScriptErrors.NoFinishedRun(folder);

    private static string[] FilesOf(string folder, string pattern, string[] further) =>
        [.. further.Prepend(pattern).SelectMany(one => Directory.GetFiles(folder, one))];

    private static string Stopped(string folder, string last) => File.Exists(Path.Combine(folder, FileName))
        ? folder
        : Beside(folder).FirstOrDefault(run => !File.Exists(Path.Combine(run, last))) ?? throw ScriptErrors.NothingToResume(folder);

    /// <summary>The runs beside a folder that have a setting, the latest first.</summary>
    /// <param name="folder">A run's folder, which need not be there.</param>
    /// <returns>Their folders.</returns>
    public static IEnumerable<string> Beside(string folder)
    {
        string parent = Path.GetDirectoryName(Path.GetFullPath(folder))!;
        return (Directory.Exists(parent) ? Directory.GetDirectories(parent) : [])
            .Where(run => File.Exists(Path.Combine(run, FileName)))
            .OrderByDescending(run => File.GetLastWriteTimeUtc(Path.Combine(run, FileName)));
    }
}
