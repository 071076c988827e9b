namespace Crucible.Text;

/// <summary>Tokenizers as files of their own, in JSON.</summary>
public abstract partial class Tokenizer
{
    /// <summary>Writes the tokenizer to one JSON file, a token or merge a line, with a hash by which damage is noticed.</summary>
    /// <param name="path">The file; it appears when it is complete.</param>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public void Save(string path)
    {
        TokenizerWriter writer = new(Name, SpecialTokens);
        Write(writer);
        TokenizerFiles.Write(path, writer.Finish());
    }

    /// <summary>Reads a tokenizer that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <returns>A tokenizer that gives the same ids as the one that was saved.</returns>
    /// <exception cref="DataException">The file cannot be read, is damaged or is truncated.</exception>
    public static Tokenizer Load(string path)
    {
        TokenizerContent content = TokenizerContent.Read(path);
        try
        {
            return content.Kind switch
            {
                CharacterTokenizer.Title => new CharacterTokenizer(content),
                WordTokenizer.Title => new WordTokenizer(content),
                _ => new BytePairTokenizer(content),
            };
        }
        catch (OptionException error)
        {
            throw content.Bad("specialTokens", error.Message);
        }
    }

    /// <summary>Writes what this kind of tokenizer consists of.</summary>
    private protected abstract void Write(TokenizerWriter writer);
}
