using Crucible.Layers;
using Crucible.Models;
using Crucible.Optimizers;
using Crucible.Tensors;
using Crucible.Text;
using Crucible.Training;
using Xunit;

namespace Crucible.Tests.Text;

/// <summary>Translations by every kind of model: the search over kept states finds what a search without them does.</summary>
public sealed class TextTranslatorTests
{
    private const double Rounding = 1e-9; // sums of a few logarithms

    private static readonly string[] Numbers = ["one", "two", "three", "four", "five", "six"];
    private static readonly string[] Nombres = ["un", "deux", "trois", "quatre", "cinq", "six"];

    public static TheoryData<TranslatorKind> Kinds => [.. Enum.GetValues<TranslatorKind>()];

    /// <summary>Numbers in words, and the same backwards in another language.</summary>
    internal static IEnumerable<SentencePair> Pairs(int count, int seed)
    {
        Generator generator = new((ulong)seed);
        for (int i = 0; i < count; i++)
        {
            int[] digits = [.. Enumerable.Range(0, 1 + generator.NextInt(5)).Select(_ => generator.NextInt(Numbers.Length))];
            yield return new(
                string.Join(' ', digits.Select(digit => Numbers[digit])),
                string.Join(' ', digits.Reverse().Select(digit => Nombres[digit])));
        }
    }

    internal static PairVocabulary Vocabulary { get; } = PairVocabulary.Train([.. Pairs(200, 1)], new() { Kind = VocabularyKind.Words });

    internal static Translator Model(TranslatorKind kind, ulong seed = 4) => Translator.Create(
        new() { Kind = kind, Vocabulary = Vocabulary.Sizes, Layers = 2, Width = 32, Heads = 2, Context = 16, Dropout = 0.0 }, new(seed));

    private static Translator Trained(TranslatorKind kind, int updates)
    {
        Translator model = Model(kind);
        Adam optimizer = new(model.Parameters, new() { LearningRate = 3e-3 });
        Trainer.OfBatches(model, optimizer, (batch, pass) => model.Loss(batch.Inputs, batch.Targets, pass))
            .Fit(new PairBatches(Vocabulary, Pairs(400, 2), 256), new() { Updates = updates, ShowProgress = false });
        return model;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Translate_ManyAtOnce_IsWhatASearchWithoutKeptStatesFinds(TranslatorKind kind)
    {
        Translator model = Trained(kind, 60); // unsure enough that beams differ
        string[] sentences = [.. Pairs(7, 3).Select(pair => pair.Source)];
        foreach (int width in (int[])[1, 4])
        {
            BeamSearchOptions options = new() { Width = width, MaxTokens = 8 };

            IReadOnlyList<IReadOnlyList<Beam>> found = new TextTranslator(model, Vocabulary).Translate(sentences, options);

            for (int i = 0; i < sentences.Length; i++)
            {
                BeamSearch search = new(new() { Width = width, MaxTokens = 8, StopTokens = [Vocabulary.Target.End] });
                BeamSearch.Found[] expected =
                    search.Run(new Naive(model, Vocabulary.EncodeSource(sentences[i])), [Vocabulary.Target.Start])[0];
                Assert.Equal(expected.Select(one => string.Join(' ', one.Tokens)), found[i].Select(beam => string.Join(' ', beam.Tokens)));
                Assert.Equal(expected.Select(one => one.Score), found[i].Select(beam => beam.Score));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Translate_WidthOne_IsGreedy(TranslatorKind kind)
    {
        Translator model = Trained(kind, 60);
        foreach (string sentence in Pairs(5, 4).Select(pair => pair.Source))
        {
            Naive state = new(model, Vocabulary.EncodeSource(sentence));
            List<int> greedy = [];
            float[] logits = state.Append([Vocabulary.Target.Start]).ToArray();
            for (int token; greedy.Count < 10 && (token = Array.IndexOf(logits, logits.Max())) != Vocabulary.Target.End;)
            {
                greedy.Add(token);
                logits = state.Append([token]).ToArray();
            }

            Beam beam = new TextTranslator(model, Vocabulary).Translate(sentence, new() { Width = 1, MaxTokens = 10 }).Single();
            Assert.Equal(greedy, beam.Tokens);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Translate_WideEnough_FindsTheBestOfAll(TranslatorKind kind)
    {
        Translator model = Model(kind);
        int size = Vocabulary.Sizes.Target;
        int[] source = Vocabulary.EncodeSource("two one");

        // Every translation of at most two tokens; a third could be the end only beyond the limit.
        double[] First(params int[] tokens)
        {
            Tensor logits = model.Logits(
                model.Encode(Translator.Pad([source]), Pass.Evaluation), Translator.Pad([[Vocabulary.Target.Start, .. tokens]]), Pass.Evaluation);
            return logits.Select(1, -1).To(DType.Float64).LogSoftmax(-1).ToArray();
        }

        List<(string Tokens, double LogProbability)> all = [];
        double[] first = First();
        for (int a = 0; a < size; a++)
        {
            if (a == Vocabulary.Target.End)
            {
                all.Add((string.Empty, first[a]));
                continue;
            }

            double[] second = First(a);
            for (int b = 0; b < size; b++)
                all.Add((b == Vocabulary.Target.End ? $"{a}" : $"{a} {b}", first[a] + second[b]));
        }

        IReadOnlyList<Beam> found = new TextTranslator(model, Vocabulary)
            .Translate("two one", new() { Width = size * size, MaxTokens = 2, LengthPenalty = 0 });

        const double singleRounding = 1e-5;
        Assert.Equal(all.Count, found.Count);
        foreach (((string tokens, double logProbability), Beam beam) in all.OrderByDescending(one => one.LogProbability).Take(20).Zip(found))
        {
            Assert.Equal(tokens, string.Join(' ', beam.Tokens));
            Assert.Equal(logProbability, beam.LogProbability, singleRounding);
            Assert.Equal(beam.LogProbability, beam.TokenProbabilities.Sum(Math.Log), Rounding);
        }
    }

    [Theory]
    [Trait("Speed", "Slow")]
    [MemberData(nameof(Kinds))]
    public void Translate_AfterTraining_TranslatesAndAligns(TranslatorKind kind)
    {
        Translator model = Trained(kind, 900);
        TextTranslator translator = new(model, Vocabulary);
        SentencePair[] pairs = [.. Pairs(60, 9)];

        IReadOnlyList<IReadOnlyList<Beam>> found = translator.Translate(pairs.Select(pair => pair.Source));

        int right = pairs.Zip(found).Count(one => one.First.Target == one.Second[0].Text);
        Assert.InRange(right, 50, 60);
        Beam best = found[0][0];
        Assert.All(best.TokenProbabilities, probability => Assert.InRange(probability, 0.0, 1.0));
        Assert.Equal(best.Tokens.Count + 1, best.TokenProbabilities.Count);
        if (translator.Align(pairs[0].Source, best) is not { } alignment) return;
        Assert.Equal("</s>", alignment.Source[^1]);
        Assert.Equal(best.Text + " </s>", string.Join(' ', alignment.Target));
        Assert.Equal([alignment.Target.Count, alignment.Source.Count], alignment.Weights.Shape);
    }

    [Fact]
    public void Sentences_ThatCannotBeTranslated_AreNamed()
    {
        TextTranslator translator = new(Model(TranslatorKind.Transformer), Vocabulary);
        string Message(params string[] sentences) => Assert.Throws<DataException>(() => translator.Translate(sentences)).Message;

        Assert.Equal("translation: sentence 1, ' ': translation: a sentence must have at least one word, but is empty", Message("one", " "));
        Assert.Contains(
            "a sentence must have at most 16 tokens, the positions of the model, but one has 21; shorten it",
            Message(string.Join(' ', Enumerable.Repeat("one", 20))), StringComparison.Ordinal);
        Assert.Empty(translator.Translate([]));
    }

    [Fact]
    public void New_OfAnotherVocabulary_IsRefused()
    {
        PairVocabulary other = PairVocabulary.Train([new("a b", "c")], new() { Kind = VocabularyKind.Words });

        string message = Assert.Throws<OptionException>(() => new TextTranslator(Model(TranslatorKind.Transformer), other)).Message;

        Assert.Matches(
            @"^translation: the vocabulary must be the one that the model was trained with, words, \d+ tokens, [0-9a-f]{16}, but is words, \d+ tokens, [0-9a-f]{16}$",
            message);
    }

    /// <summary>Computes everything again for every token, a row at a time.</summary>
    private sealed class Naive(Translator model, int[] source) : IDecodingState
    {
        private int[][] rows = [[]];

        public int Rows => rows.Length;

        public int Length => rows[0].Length;

        public ReadOnlySpan<float> Append(ReadOnlySpan<int> tokens)
        {
            Assert.Equal(Rows, tokens.Length);
            int[] added = tokens.ToArray();
            rows = [.. rows.Select((row, i) => (int[])[.. row, added[i]])];
            EncodedSource encoded = model.Encode(Translator.Pad([source]), Pass.Evaluation);
            return rows.SelectMany(row => model.Logits(encoded, Translator.Pad([row]), Pass.Evaluation).Select(1, -1).ToArray<float>()).ToArray();
        }

        public void Select(ReadOnlySpan<int> selected) => rows = [.. selected.ToArray().Select(row => rows[row])];
    }
}
