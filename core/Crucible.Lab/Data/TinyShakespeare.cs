using System.Security.Cryptography;
using Crucible.Files;
using Crucible.Lab.Workspace;

namespace Crucible.Lab.Data;

/// <summary>
/// About 40 000 lines of Shakespeare's plays in one text of 1 115 394 characters, 65 of them distinct. Collected by
/// A. Karpathy for char-rnn (2015); its file is part of the workspace.
/// </summary>
public static class TinyShakespeare
{
    /// <summary>What it is called.</summary>
    public const string Name = "tinyshakespeare";

    private const string FileName = "tinyshakespeare.txt";
    private const string Sha256 = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed";

    /// <summary>
    /// The path of the text, in the folder that the environment variable <c>CRUCIBLE_DATA</c> names, or in the
    /// workspace's <c>data</c>.
    /// </summary>
    /// <exception cref="DataException">There is no such file, it cannot be read, or it is another text.</exception>
    public static string Find() => Checked(Folders.DataFile(Name, FileName));

    internal static string Checked(string path)
    {
        try
        {
            using FileStream stream = RegularFile.OpenRead(path);
            string actual = Convert.ToHexStringLower(SHA256.HashData(stream));
            return actual == Sha256
                ? path
                : throw new DataException(
                    $"{Name}: {path} must have SHA-256 {Sha256}, but has {actual}; restore it with git checkout, or name your text with --text");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{Name}: {path} must be readable, but is not: {error.Message}", error);
        }
    }
}
