namespace Crucible.Lab.Studies;

/// <summary>Opens stores by name, as a script's option <c>--store</c> gives it.</summary>
public static class StudyStore
{
    /// <summary>Opens a store, or makes it.</summary>
    /// <param name="text">The path of a SQLite file, or <c>postgres://user@host/database</c>: see <see cref="PostgresStore(string)"/>.</param>
    /// <exception cref="OptionException">The text names no store.</exception>
    /// <exception cref="StudyException">The store cannot be used.</exception>
    public static IStudyStore Open(string text)
    {
        if (string.IsNullOrWhiteSpace(text)) throw Errors.StoreUnnamed();
        if (PostgresAddress.IsOne(text)) return new PostgresStore(text);
        if (text.Contains("://", StringComparison.Ordinal)) throw Errors.StoreScheme(text[..text.IndexOf("://", StringComparison.Ordinal)]);
        return new SqliteStore(text);
    }
}
