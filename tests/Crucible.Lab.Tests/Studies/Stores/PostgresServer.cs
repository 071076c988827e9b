using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Crucible.Lab.Tests.Studies;

/// <summary>A PostgreSQL server of our own in a temporary folder, started when it is first needed.</summary>
public sealed class PostgresServer : IDisposable
{
    internal const string Missing =
        "PostgreSQL's initdb is neither on the PATH nor in /usr/lib/postgresql (Debian: apt-get install postgresql).";
    internal const string Password = "open % sesame";

    private const string Account = "postgres"; // root may not run the server; Debian's package makes this account

    private readonly Lazy<string> folder;
    private readonly int port = FreePort();
    private int databases;

    public PostgresServer() => folder = new Lazy<string>(Create);

    /// <summary>Where the programs are.</summary>
    internal static string? Programs { get; } = Find();

    /// <summary>Whether it waits for the disk, as a real one does.</summary>
    internal bool IsSafe { get; init; }

    internal string SocketFolder => folder.Value;

    /// <summary>A new, empty database, as a store is named.</summary>
    /// <param name="options">What follows after ?.</param>
    /// <param name="password">As it is written in an address.</param>
    internal string NewDatabase(string options = "", string password = ":open%20%25%20sesame")
    {
        _ = folder.Value;
        string name = $"studies_{Interlocked.Increment(ref databases)}";
        Execute("postgres", $"CREATE DATABASE {name}");
        return $"postgres://crucible{password}@127.0.0.1:{port}/{name}{options}";
    }

    internal static string DatabaseOf(string address) => new Uri(address).AbsolutePath[1..];

    internal void Execute(string database, string sql) => Scalar(database, sql);

    internal object? Scalar(string database, string sql)
    {
        using NpgsqlConnection connection = new(new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = "crucible",
            Password = Password,
            Database = database,
            Pooling = false,
        }.ToString());
        connection.Open();
        using NpgsqlCommand command = new(sql, connection);
        return command.ExecuteScalar();
    }

    internal void Start() => Control("start", "-l", Path.Combine(folder.Value, "log"));

    /// <summary>Stops the server: <c>fast</c> ends its sessions, <c>immediate</c> is like a crash.</summary>
    internal void Stop(string mode = "fast") => Control("stop", "-m", mode);

    public void Dispose()
    {
        if (!folder.IsValueCreated) return;
        Stop("immediate");
        Directory.Delete(folder.Value, recursive: true);
    }

    private static string? Find()
    {
        IEnumerable<string> debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin"))
            : [];
        return debian.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            .FirstOrDefault(place => File.Exists(Path.Combine(place, "initdb")));
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void Run(string program, params IEnumerable<string> arguments)
    {
        bool isRoot = Environment.UserName == "root";
        string path = Path.Combine(Programs!, program);
        ProcessStartInfo start = isRoot ? new("runuser", ["-u", Account, "--", path, .. arguments]) : new(path, arguments);
        start.WorkingDirectory = Path.GetTempPath();
        start.Environment["LC_ALL"] = "C.UTF-8";
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine(); // what it does well nobody needs to see
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} failed with exit code {process.ExitCode}: {errors}");
    }

    private void Control(string action, params IEnumerable<string> arguments) =>
        Run("pg_ctl", [action, "-s", "-w", "-D", Path.Combine(folder.Value, "data"), .. arguments]);

    private string Create()
    {
        string place = Directory.CreateTempSubdirectory("crucible-postgres-").FullName;
        string secret = Path.Combine(place, "password");
        File.WriteAllText(secret, Password);
        if (Environment.UserName == "root") Process.Start("chown", ["-R", Account, place]).WaitForExit();
        string data = Path.Combine(place, "data");
        Run("initdb", "--no-sync", "-D", data, "-U", "crucible", "--auth=scram-sha-256", $"--pwfile={secret}", "-E", "UTF8",
            "--no-instructions");
        File.AppendAllLines(Path.Combine(data, "postgresql.conf"), [
            $"port = {port}", "listen_addresses = '127.0.0.1'", $"unix_socket_directories = '{place}'",
            IsSafe ? "" : "fsync = off", "max_wal_size = '256MB'"
        ]);
        Run("pg_ctl", "start", "-s", "-w", "-D", data, "-l", Path.Combine(place, "log"));
        return place;
    }
}
