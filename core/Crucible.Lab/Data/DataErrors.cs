using static System.FormattableString;

namespace Crucible.Lab.Data;

/// <summary>Builds the errors of data: what must be, what is, and where there is one the remedy.</summary>
internal static class DataErrors
{
    internal static OptionException Number(string name, string range, int value) =>
        new(Invariant($"numbers in words: {name} must be {range}, but is {value}"));

    internal static OptionException NumberLanguage(string language, IEnumerable<string> languages) =>
        new($"numbers in words: the language must be one of {string.Join(", ", languages)}, but is '{language}'");

    internal static DataException SdkLanguage(string sdk, string language, string[] languages) => new(languages.Length == 0
        ? $"SDK messages: {sdk} must be the folder of a .NET SDK, but has no translated messages"
        : $"SDK messages: the language must be one that {sdk} has ({string.Join(", ", languages)}), but is '{language}'");

    internal static DataException SdkUnreadable(string sdk, Exception error) =>
        new($"SDK messages: {sdk} must be the folder of a .NET SDK, but cannot be read: {error.Message}", error);

    internal static DataException NoSdk(string sdks) =>
        new($"SDK messages: {sdks} must hold a .NET SDK, but has none; install one beside the runtime");
}
