using static System.FormattableString;
using Sizes = System.Collections.Generic.IReadOnlyList<int>;

namespace Crucible;

/// <summary>The errors of translation.</summary>
internal static partial class Errors
{
    /// <summary>A translator takes rows of tokens.</summary>
    internal static ShapeException SentenceTokens(string mustBe, Sizes input) =>
        new(Invariant($"translator: the tokens must be {mustBe}, but are {input}"));

    /// <summary>A row of tokens has none.</summary>
    internal static DataException EmptySentence(int row) =>
        new(Invariant($"translator: a sentence must have at least one token, but sentence {row} of the batch is empty"));

    /// <summary>A row goes on behind its padding.</summary>
    internal static DataException TokenBehindPadding(int row) =>
        new(Invariant($"translator: padding must stand behind a sentence's tokens, but sentence {row} of the batch has a token behind it"));

    /// <summary>A sentence has more tokens than the model has positions.</summary>
    internal static DataException SentenceTooLong(int longest, int tokens) =>
        new(Invariant($"translator: a sentence must have at most {longest} tokens, the positions of the model, but one has {tokens};")
            + " shorten it, or build the model with a longer context");

    /// <summary>There is not one translation for each sentence.</summary>
    internal static ShapeException Translations(int sentences, int translations) =>
        new(Invariant($"translator: there must be a translation for each of {sentences} sentences, but there are {translations}"));

    /// <summary>A sentence is empty.</summary>
    internal static DataException EmptySentence() => new("translation: a sentence must have at least one word, but is empty");

    /// <summary>What is wrong with a sentence, and which it is.</summary>
    internal static DataException Sentence(int number, string sentence, DataException error) =>
        new(Invariant($"translation: sentence {number}, '{Beginning(sentence)}': {error.Message}"), error);

    /// <summary>What is wrong with a sentence of a pair, and which it is.</summary>
    internal static DataException Pair(int number, string sentence, DataException error) =>
        new(Invariant($"pairs: pair {number}, '{Beginning(sentence)}': {error.Message}"), error);

    /// <summary>A model was trained with other tokens.</summary>
    internal static OptionException OtherVocabulary(string model, string given) =>
        new(Invariant($"translation: the vocabulary must be the one that the model was trained with, {model}, but is {given}"));

    private static string Beginning(string sentence) => sentence.Length <= 40 ? sentence : sentence[..40] + "…";
}
