using Xunit;

namespace Crucible.Tests.Files;

/// <summary>Damages files at random, the same for one seed.</summary>
internal static class Mutations
{
    private static readonly byte[][] Tokens =
    [
        "0"u8.ToArray(), "-1"u8.ToArray(), "2147483647"u8.ToArray(), "99999999999999999999"u8.ToArray(), "1e308"u8.ToArray(),
        "null"u8.ToArray(), "[]"u8.ToArray(), "{}"u8.ToArray(), "\""u8.ToArray(), ","u8.ToArray(), "\n"u8.ToArray(), [0], [0xFF],
    ];

    /// <summary>
    /// Copies of a file with one to three of these: a bit flipped, a byte set, a piece cut out, copied to another place or
    /// replaced by a number or sign that readers trip over, the end cut off.
    /// </summary>
    internal static IEnumerable<byte[]> Of(byte[] file, int count, int seed)
    {
        Random random = new(seed);
        for (int i = 0; i < count; i++)
        {
            List<byte> damaged = [.. file];
            for (int change = random.Next(1, 4); change > 0 && damaged.Count > 0; change--) Damage(damaged, random);
            yield return [.. damaged];
        }
    }

    /// <summary>A file is read, or refused by an error of one line that names it, or another file that it contradicts.</summary>
    internal static void AssertReadOrRefused(Action read, string path, string? other = null)
    {
        try
        {
            read();
        }
        catch (CrucibleException error)
        {
            Assert.Contains(path, other is null ? error.Message : error.Message.Replace(other, path, StringComparison.Ordinal));
            Assert.True(error.Message.Length < 1000, error.Message);
        }
    }

    private static void Damage(List<byte> bytes, Random random)
    {
        int at = random.Next(bytes.Count), length = Math.Min(random.Next(1, 20), bytes.Count - at);
        switch (random.Next(6))
        {
            case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 1: bytes[at] = (byte)random.Next(256); break;
            case 2: bytes.RemoveRange(at, length); break;
            case 3: bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length)); break;
            case 4:
                bytes.RemoveRange(at, Math.Min(length, 3));
                bytes.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                break;
            default: bytes.RemoveRange(at, bytes.Count - at); break;
        }
    }
}
