using System.Data.Common;
using System.Text;
using Npgsql;

namespace Crucible.Lab.Studies;

/// <summary>A connection to PostgreSQL, taken from the pool for one piece of work.</summary>
internal sealed class PostgresSession(NpgsqlConnection connection) : SqlSession(connection)
{
    private protected override DbParameter Parameter(int place) => new NpgsqlParameter();

    /// <summary>PostgreSQL knows no character 0 and no halves of characters, which the message of an error may have.</summary>
    private protected override object Convert(object? value) => value is string text
        ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD')
        : base.Convert(value);
}
