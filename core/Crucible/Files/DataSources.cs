namespace Crucible.Files;

/// <summary>The data that is too large to lie beside the sources, and its public homes.</summary>
public static class DataSources
{
    /// <summary>About 40 000 lines of Shakespeare's plays in one text of 1 115 394 characters, 65 of them distinct. Collected by A. Karpathy for char-rnn (2015).</summary>
    public static DataSource TinyShakespeare { get; } = new(
        "tinyshakespeare",
        "tinyshakespeare.txt",
        [new("https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt")],
        "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
        1_115_394);
}
