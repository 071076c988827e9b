using System.Text;
using Crucible.Text;

namespace Crucible.Fuzz;

/// <summary>Tokenizers in the library's own format, tiktoken's ranks, and GPT-2's two files.</summary>
internal static class TokenizerFiles
{
    public const string Learned = "The cat sat, the cat, the bat!\n<é> aaaaaaaa 𝔸日 12 ";

    private const int PerByte = 1500; // arrays of as many ids as a file may have

    private const string Sample = "The cat sat, the bat!";

    private static readonly byte[] Seal = [.. "\"sha256\":"u8];

    public static IEnumerable<FileReader> Readers => [new("tokenizer", Own), new("tiktoken", Tiktoken), new("GPT-2's tokenizer", Gpt2)];

    /// <summary>A tokenizer of any kind that has a token for each character of <see cref="Words"/>.</summary>
    public static Tokenizer Draw(Random random)
    {
        string[] special = random.Next(2) == 0 ? [] : ["<end>", "<\n>"];
        T Any<T>()
            where T : struct, Enum => Enum.GetValues<T>()[random.Next(Enum.GetValues<T>().Length)];
        return random.Next(3) switch
        {
            0 => CharacterTokenizer.Train([Learned], special),
            1 => WordTokenizer.Train([Learned], new()
            {
                VocabularySize = random.Next(262, 280),
                Case = Any<LetterCase>(),
                Punctuation = Any<Punctuation>(),
                Unknown = Any<UnknownWord>(),
                SpecialTokens = special,
            }),
            _ => Pairs(random, special),
        };
    }

    /// <summary>A text of words that tokenizers here have learned.</summary>
    public static string Words(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(30))
            .Select(_ => Learned.Split(' ')[random.Next(11)] + (random.Next(9) == 0 ? "\n" : " ")));

    /// <summary>What a tokenizer does: ids of a text, the text of all ids.</summary>
    public static string Tell(Tokenizer tokenizer)
    {
        string ids = string.Join(' ', tokenizer.Encode(Sample));
        IEnumerable<string> special = tokenizer.SpecialTokens.OrderBy(token => token.Value).Select(token => $"{token.Value} {token.Key}");
        return $"{tokenizer.GetType().Name} of {tokenizer.VocabularySize} ids, with {string.Join(", ", special)}: {ids}"
            + $" {tokenizer.Decode(tokenizer.Encode(Learned))}";
    }

    private static BytePairTokenizer Pairs(Random random, string[] special)
    {
        SplitPattern split = Enum.GetValues<SplitPattern>()[random.Next(Enum.GetValues<SplitPattern>().Length)];
        int size = 256 + special.Length + random.Next(12);
        BytePairOptions options = new() { VocabularySize = size, MinimumCount = 1, Split = split, SpecialTokens = special };
        return BytePairTokenizer.Train([Learned], options);
    }

    private static FileCase Own(Random random)
    {
        Tokenizer tokenizer = Draw(random);
        byte[] saved = TensorFiles.Saved(tokenizer.Save);
        bool isSealed = random.Next(4) == 0;
        if (!isSealed) saved = [.. saved[..saved.AsSpan().LastIndexOf((byte)',')], (byte)'}'];
        return FileCase.Of(new("a.json", saved), path =>
        {
            Tokenizer read = Tokenizer.Load(path);
            return () => Tell(read);
        }, Tell(tokenizer), $"printfn \"%A\" (Tokenizer.Load(path \"a.json\").Encode \"{Sample}\")") with
        {
            Seal = isSealed ? Seal : null,
            Base = 32 << 20, // of merges that double, up to a limit of their own
            PerByte = PerByte,
        };
    }

    private static FileCase Tiktoken(Random random)
    {
        BytePairTokenizer tokenizer = Pairs(random, []);
        TiktokenEncoding encoding = new() { Split = tokenizer.Split };
        return FileCase.Of(new("a.tiktoken", TensorFiles.Saved(tokenizer.SaveTiktoken)), path =>
        {
            Tokenizer read = BytePairTokenizer.LoadTiktoken(path, encoding);
            return () => Tell(read);
        }, Tell(tokenizer), "printfn \"%A\" (BytePairTokenizer.LoadTiktoken(path \"a.tiktoken\", "
            + $"TiktokenEncoding(Split = SplitPattern.{tokenizer.Split})).Encode \"{Sample}\")") with
        { Base = 4 << 20, PerByte = PerByte };
    }

    private static FileCase Gpt2(Random random)
    {
        BytePairTokenizer tokenizer = Pairs(random, random.Next(2) == 0 ? [] : ["<|endoftext|>"]);
        byte[] merges = [];
        byte[] vocabulary = TensorFiles.Saved(first => merges = TensorFiles.Saved(second => tokenizer.SaveGpt2(first, second)));
        FuzzFile[] files = [new("vocab.json", vocabulary), new("merges.txt", merges)];
        return new FileCase(files, folder =>
        {
            Tokenizer read = BytePairTokenizer.LoadGpt2(
                Path.Combine(folder, files[0].Name), Path.Combine(folder, files[1].Name), tokenizer.Split);
            return () => Tell(read);
        }, Tell(tokenizer), "printfn \"%A\" (BytePairTokenizer.LoadGpt2(path \"vocab.json\", path \"merges.txt\", "
            + $"SplitPattern.{tokenizer.Split}).Encode \"{Sample}\")") with
        { Base = 4 << 20, PerByte = PerByte };
    }
}

/// <summary>Texts that are encoded or learned from.</summary>
internal static class TextFiles
{
    public static IEnumerable<FileReader> Readers => [new("text", Text)];

    private static FileCase Text(Random random)
    {
        string text = TokenizerFiles.Words(random), learned = TokenizerFiles.Learned;
        byte[] bytes = [.. random.Next(4) == 0 ? "\uFEFF"u8 : [], .. Encoding.UTF8.GetBytes(text)];
        Tokenizer characters = CharacterTokenizer.Train([learned]), pairs = BytePairTokenizer.Train([learned]);
        string shown = learned.Replace("\n", "\\n", StringComparison.Ordinal);
        (Func<string, Func<string>> read, Func<string> expected, string call) = random.Next(5) switch
        {
            0 => (path => Later(CharacterTokenizer.TrainFile(path)), Later(CharacterTokenizer.Train([text])),
                "CharacterTokenizer.TrainFile"),
            1 => (path => Later(WordTokenizer.TrainFile(path)), Later(WordTokenizer.Train([text])),
                "WordTokenizer.TrainFile"),
            2 => (path => Later(BytePairTokenizer.TrainFile(path)), Later(BytePairTokenizer.Train([text])),
                "BytePairTokenizer.TrainFile"),
            3 => (path => Ids(pairs.EncodeFile(path)), Ids(pairs.Encode(text)), $"(BytePairTokenizer.Train [ \"{shown}\" ]).EncodeFile"),
            _ => ((Func<string, Func<string>>)(path => Ids(characters.EncodeFile(path))), Ids(characters.Encode(text)),
                $"(CharacterTokenizer.Train [ \"{shown}\" ]).EncodeFile"),
        };
        // A text of any size is read in blocks of a megabyte.
        return FileCase.Of(new("a.txt", bytes), read, expected(), $"{call}(path \"a.txt\") |> printfn \"%A\"") with { Base = 12 << 20 };

        static Func<string> Ids(IEnumerable<int> ids) => () => string.Join(' ', ids);
        static Func<string> Later(Tokenizer tokenizer) => () => tokenizer switch
        {
            CharacterTokenizer characters => string.Concat(characters.Characters),
            WordTokenizer words => string.Join('|', words.Words),
            BytePairTokenizer pairs => string.Join(", ", pairs.Merges),
            _ => throw new ArgumentException(tokenizer.ToString()),
        };
    }
}
