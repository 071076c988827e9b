using static System.FormattableString;

namespace Crucible;

/// <summary>The errors of tokenizers and text generation.</summary>
internal static partial class Errors
{
    /// <summary>A text has an unpaired surrogate.</summary>
    internal static DataException HalfSurrogate(string operation, long index, char unit) =>
        new(Invariant($"{operation}: text must be valid UTF-16, but position {index} is an unpaired surrogate (U+{(int)unit:X4})"));

    /// <summary>An id is not in the vocabulary.</summary>
    internal static DataException UnknownToken(string tokenizer, int token, int position, int size) => new((uint)token < (uint)size
        ? Invariant($"{tokenizer}: ids must be in the vocabulary, but position {position} is {token}, an unused id")
        : Invariant($"{tokenizer}: ids must be at least 0 and below the vocabulary size {size}, but position {position} is {token}"));

    /// <summary>A special token was allowed that the tokenizer does not have.</summary>
    internal static OptionException UnknownSpecial(string tokenizer, string name, IEnumerable<string> names) =>
        Option(
            tokenizer,
            "allowedSpecial",
            names.Any() ? $"one of {string.Join(", ", names.Order(StringComparer.Ordinal))}" : "empty, as there are no special tokens",
            $"'{name}'");

    /// <summary>A logit is NaN or infinite.</summary>
    internal static NonFiniteException NonFiniteLogit(int token, float logit) =>
        new(Invariant($"generation: logits must be finite, but the logit of token {token} is {logit}"));

    /// <summary>The prompt is empty.</summary>
    internal static OptionException EmptyPrompt() =>
        new("generation: the prompt must have at least one token, but is empty; a newline will do");

    /// <summary>Model and tokenizer do not belong together.</summary>
    internal static OptionException VocabularyMismatch(int model, int tokenizer) =>
        new("generation: model and tokenizer must have the same vocabulary size,"
            + Invariant($" but the model has {model} and the tokenizer {tokenizer}"));

    /// <summary>A tokenizer's file is damaged or truncated.</summary>
    internal static DataException TokenizerFile(string path, long line, string problem, Exception? inner = null) =>
        new(Invariant($"tokenizer: {path}, line {line}: {problem}"), inner);

    /// <summary>A file cannot be read.</summary>
    internal static DataException UnreadableText(string operation, string path, Exception error) =>
        new(Invariant($"{operation}: {path} must be readable, but is not: {error.Message}"), error);

    /// <summary>A file cannot be written.</summary>
    internal static DataException UnwritableText(string operation, string path, Exception error) =>
        new(Invariant($"{operation}: {path} must be writable, but is not: {error.Message}"), error);

    /// <summary>A text file is not UTF-8.</summary>
    internal static DataException NotUtf8(string operation, string path, long line, long position) =>
        new(Invariant($"{operation}: {path} must be UTF-8, but line {line}, at byte {position} of the file, is not"));

    /// <summary>A text has a character or word that is not in the vocabulary.</summary>
    internal static DataException NoToken(string tokenizer, string mustBe, long position, string found) =>
        new(Invariant($"{tokenizer}: {mustBe}, but position {position} is {found}"));

    /// <summary>An error of a text that stands in a file.</summary>
    internal static DataException InFile(string path, DataException error) => new($"{error.Message}, in {path}", error);

    /// <summary>A text has too many tokens.</summary>
    internal static DataException TooManyTokens(string path) =>
        new(Invariant($"tokenizer: a text must have at most {int.MaxValue} tokens, but {path} has more; encode it in parts"));

    /// <summary>An output has nothing to be compared with.</summary>
    internal static DataException EmptyReference(string operation, int index) =>
        new(Invariant($"{operation}: each output must have a reference that is not empty, but output {index} has none"));

    /// <summary>A line of a file of sentence pairs is wrong.</summary>
    internal static DataException PairLine(string path, int line, string problem) =>
        new(Invariant($"pairs: {path}, line {line}: {problem}"));

    /// <summary>A file of sentence pairs is empty.</summary>
    internal static DataException NoPairs(string path) =>
        new($"pairs: {path} must have a line with a sentence, a tab and its translation, but is empty");

    /// <summary>A tokenizer lacks a token that sentences need.</summary>
    internal static DataException NoSentenceToken(string name) =>
        new($"vocabulary: the tokenizer must have the special tokens <s> and </s>, but has no {name}");

    /// <summary>A text has too few words to learn vectors of.</summary>
    internal static DataException NoWords(string source, int minCount, int count) =>
        new(Invariant($"words: {source} must have at least 2 different words that occur at least {minCount} times, but has {count}"));
}
