using System.Text.RegularExpressions;
using Crucible.Lab.Studies;
using Npgsql;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

public sealed partial class StudyStoreTests
{
    [Fact]
    public void Open_Path_IsASqliteFile()
    {
        using TemporaryFolder folder = new();
        using IStudyStore store = StudyStore.Open(folder.File("deep/studies.db"));
        Assert.Equal(folder.File("deep/studies.db"), Assert.IsType<SqliteStore>(store).File);
    }

    [Theory]
    [InlineData("", "study.store: a store must be the path of a file or postgres://user@host/database, but is empty")]
    [InlineData(
        "mysql://secret@here/db",
        "study.store: a store must be the path of a file or postgres://user@host/database, but is a mysql:// address")]
    [InlineData(
        "postgres://me:p@ss@here/db",
        "study.store: a PostgreSQL store must be postgres://user:password@host:port/database, but is written otherwise. In a name or a password, write @ as %40, : as %3A, / as %2F and % as %25.")]
    [InlineData(
        "postgres://a,b/db",
        "study.store: a PostgreSQL store must be postgres://user:password@host:port/database, but is written otherwise. In a name or a password, write @ as %40, : as %3A, / as %2F and % as %25.")]
    [InlineData(
        "postgres://me:100%@here/db",
        "study.store: a PostgreSQL store must be postgres://user:password@host:port/database, but has a % that two hexadecimal digits do not follow. Write % as %25.")]
    [InlineData(
        "postgres://me@here", "study.store: a PostgreSQL store must be postgres://user:password@host:port/database, but names no database")]
    [InlineData(
        "postgresql://me@here/",
        "study.store: a PostgreSQL store must be postgres://user:password@host:port/database, but names no database")]
    [InlineData("postgres://me@here:abc/db", "study.store: port must be from 1 to 65535, but is 'abc'")]
    [InlineData("postgres://me@here:99999/db", "study.store: port must be from 1 to 65535, but is '99999'")]
    [InlineData(
        "postgres://me@here/db?sslmode=maybe",
        "study.store: sslmode must be disable, allow, prefer, require, verify-ca or verify-full, but is 'maybe'")]
    [InlineData(
        "postgres://me@here/db?connect_timeout=soon", "study.store: connect_timeout must be a value that PostgreSQL knows, but is 'soon'")]
    [InlineData("postgres://me@here/db?grace=-1", "study.store: grace must be a number of seconds above 0, but is '-1'")]
    [InlineData("postgres://me@here/db?heartbeat=15", "study.store: grace must be at least twice the heartbeat, but is '20'")]
    [InlineData(
        "postgres://me@here/db?colour=red",
        "study.store: a PostgreSQL store has no option 'colour'. It has application_name, channel_binding, connect_timeout, grace, gssencmode, heartbeat, host, passfile, patience, sslcert, sslkey, sslmode, sslrootcert.")]
    public void Open_NoStore_SaysWhy(string text, string message)
    {
        using Culture culture = new();
        Assert.Equal(message, Assert.Throws<OptionException>(() => StudyStore.Open(text)).Message);
    }

    [Fact]
    public void Address_Encoded_IsDecoded()
    {
        PostgresAddress address = PostgresAddress.Parse(
            "postgres://m%40x:p%3A%2F%40%25%3B'@[::1]:6000/my%20db?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.crt&heartbeat=0.5&grace=2&patience=7");
        NpgsqlConnectionStringBuilder driver = new(address.ConnectionString);
        Assert.Equal(
            ("m@x", "p:/@%;'", "::1", 6000, "my db"), (driver.Username, driver.Password, driver.Host, driver.Port, driver.Database));
        Assert.Equal((SslMode.VerifyFull, "/etc/ca.crt"), (driver.SslMode, driver.RootCertificate));
        Assert.Equal((0.5, 2, 7), (address.Heartbeat.TotalSeconds, address.Grace.TotalSeconds, address.Patience.TotalSeconds));
        Assert.Equal("postgres://m@x@::1:6000/my db", address.Name);
    }

    [Fact]
    public void Address_Short_TakesTheUsual()
    {
        PostgresAddress address = PostgresAddress.Parse("postgresql:///studies");
        NpgsqlConnectionStringBuilder driver = new(address.ConnectionString);
        // the user and PGPASSWORD are the driver's to find
        Assert.Equal(
            ("localhost", 5432, "studies", null, null), (driver.Host, driver.Port, driver.Database, driver.Username, driver.Password));
        Assert.Equal((5, 20, 600), (address.Heartbeat.TotalSeconds, address.Grace.TotalSeconds, address.Patience.TotalSeconds));
    }

    [Fact]
    public void Open_NoServer_SaysSoWhenPatienceEnds()
    {
        StudyException error =
            Assert.Throws<StudyException>(() => new PostgresStore("postgres://me:sesame@127.0.0.1:1/studies?patience=0.3"));
        Assert.Matches(Refused(), error.Message);
        Assert.DoesNotContain("sesame", error.ToString(), StringComparison.Ordinal);
    }

    [GeneratedRegex(
        @"^study: postgres://me@127\.0\.0\.1:1/studies was not reached( in 1 s of trying)?: Failed to connect to 127\.0\.0\.1:1 \(Connection refused\)\. Start again with the same command when the server is back: all that had ended is kept\.$")]
    private static partial Regex Refused();
}
