using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>
/// Where a PostgreSQL store is and how to treat it, read from a text as
/// <c>postgres://user:password@host:port/database?sslmode=require</c>.
/// </summary>
internal sealed partial class PostgresAddress
{
    private const string Sockets = "host"; // the option that names a folder of sockets instead of a machine

    // The words of libpq and what the driver calls them.
    private static readonly Dictionary<string, string> Driver = new()
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
        ["passfile"] = "Passfile",
        ["channel_binding"] = "Channel Binding",
        ["gssencmode"] = "GSS Encryption Mode",
        [Sockets] = "Host",
    };

    private static readonly Dictionary<string, Action<PostgresAddress, TimeSpan>> Times = new()
    {
        ["heartbeat"] = (address, time) => address.Heartbeat = time,
        ["grace"] = (address, time) => address.Grace = time,
        ["patience"] = (address, time) => address.Patience = time,
    };

    private readonly NpgsqlConnectionStringBuilder driver = new()
    {
        ApplicationName = "crucible",
        SearchPath = PostgresSchema.Name,
        MaxAutoPrepare = 50,
        GssEncryptionMode = GssEncryptionMode.Disable, // else a missing Kerberos library is complained about on every start
    };

    private PostgresAddress()
    {
    }

    /// <summary>How it is named in messages: without the password.</summary>
    internal string Name =>
        Invariant($"postgres://{(driver.Username is { } user ? $"{user}@" : "")}{driver.Host}:{driver.Port}/{driver.Database}");

    /// <summary>How often a worker says that it lives.</summary>
    internal TimeSpan Heartbeat { get; private set; } = TimeSpan.FromSeconds(5);

    /// <summary>After what silence it is dead.</summary>
    internal TimeSpan Grace { get; private set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long to try to reach a server that was there before.</summary>
    internal TimeSpan Patience { get; private set; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether the server is told to refuse whatever writes.</summary>
    internal bool IsReadOnly { get; init; }

    /// <summary>What the driver needs, the password included.</summary>
    internal string ConnectionString
    {
        get
        {
            // A worker that stops in the middle of planning a trial must not keep the others from planning theirs for
            // ever.
            driver.Options = Invariant($"-c idle_in_transaction_session_timeout={3 * Grace.TotalMilliseconds:0}")
                + (IsReadOnly ? " -c default_transaction_read_only=on" : "");
            return driver.ToString();
        }
    }

    internal static bool IsOne(string text) =>
        text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal);

    /// <exception cref="OptionException">The text is no such address.</exception>
    internal static PostgresAddress Parse(string text, bool isReadOnly = false)
    {
        Match parts = Pattern().Match(text);
        if (!parts.Success)
            throw StudyErrors.StoreAddress(
                "is written otherwise. In a name or a password, write @ as %40, : as %3A, / as %2F and % as %25.");
        PostgresAddress address = new() { IsReadOnly = isReadOnly };
        string Part(string name) => Decoded(parts.Groups[name].Value);
        if (parts.Groups["user"].Success) address.driver.Username = Part("user");
        if (parts.Groups["password"].Success) address.driver.Password = Part("password");
        address.driver.Host = Part("host") is { Length: > 0 } host ? host.Trim('[', ']') : "localhost";
        if (parts.Groups["port"].Success) address.driver.Port = Port(Part("port"));
        address.driver.Database = Part("database") is { Length: > 0 } database
            ? database
            : throw StudyErrors.StoreAddress("names no database");
        foreach (string option in parts.Groups["options"].Value.Split('&', StringSplitOptions.RemoveEmptyEntries)) address.Set(option);
        if (address.Grace < 2 * address.Heartbeat)
            throw StudyErrors.StoreOption("grace", "at least twice the heartbeat", Invariant($"{address.Grace.TotalSeconds}"));
        return address;
    }

    private static int Port(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and < 65536
            ? port
            : throw StudyErrors.StoreOption("port", "from 1 to 65535", text);

    private static string Decoded(string text)
    {
        if (WrongPercent().IsMatch(text))
            throw StudyErrors.StoreAddress("has a % that two hexadecimal digits do not follow. Write % as %25.");
        return Uri.UnescapeDataString(text);
    }

    private void Set(string option)
    {
        string[] parts = option.Split('=', 2);
        (string name, string value) = (Decoded(parts[0]), parts.Length > 1 ? Decoded(parts[1]) : "");
        if (Times.TryGetValue(name, out Action<PostgresAddress, TimeSpan>? set)) set(this, Seconds(name, value));
        else if (Driver.TryGetValue(name, out string? keyword)) SetDriver(name, keyword, value);
        else throw StudyErrors.StoreOptionUnknown(name, Times.Keys.Concat(Driver.Keys).Order(StringComparer.Ordinal));
    }

    private void SetDriver(string name, string keyword, string value)
    {
        try
        {
            driver[keyword] = name is "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : value; // verify-full is VerifyFull
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or OverflowException)
        {
            throw StudyErrors.StoreOption(
                name,
                name is "sslmode" ? "disable, allow, prefer, require, verify-ca or verify-full" : "a value that PostgreSQL knows",
                value);
        }
    }

    private static TimeSpan Seconds(string name, string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds is > 0 and <= 1e6
            ? TimeSpan.FromSeconds(seconds)
            : throw StudyErrors.StoreOption(name, "a number of seconds above 0", text);

    [GeneratedRegex(
        @"^postgres(ql)?://((?<user>[^:@/?#]*)(:(?<password>[^:@/?#]*))?@)?(?<host>\[[0-9a-fA-F:.]+\]|[^:@/?#\[\],]*)(:(?<port>[^:@/?#]*))?(/(?<database>[^/?#]*))?(\?(?<options>[^#]*))?$")]
    private static partial Regex Pattern();

    [GeneratedRegex("%(?![0-9a-fA-F]{2})")]
    private static partial Regex WrongPercent();
}
