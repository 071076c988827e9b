namespace Crucible.Text;

/// <summary>
/// GPT-2's way to write bytes as visible characters: those that are printable Latin-1 stand for themselves, and the other 68 for U+0100, U+0101, … in order,
/// so that a space is Ġ and a line end Ċ.
/// </summary>
internal static class Gpt2Bytes
{
    private static readonly char[] Characters = Make();
    private static readonly Dictionary<char, byte> Values = Enumerable.Range(0, 256).ToDictionary(value => Characters[value], value => (byte)value);

    /// <summary>The characters of bytes.</summary>
    internal static string Text(byte[] bytes) => string.Create(bytes.Length, bytes, (characters, values) =>
    {
        for (int i = 0; i < values.Length; i++) characters[i] = Characters[values[i]];
    });

    /// <summary>The bytes of characters, or null when one stands for no byte.</summary>
    internal static byte[]? Bytes(string text)
    {
        byte[] bytes = new byte[text.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            if (!Values.TryGetValue(text[i], out bytes[i])) return null;
        }
        return bytes;
    }

    private static char[] Make()
    {
        char[] characters = new char[256];
        int others = 0;
        for (int value = 0; value < 256; value++)
        {
            bool printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            characters[value] = (char)(printable ? value : 0x100 + others++);
        }
        return characters;
    }
}
