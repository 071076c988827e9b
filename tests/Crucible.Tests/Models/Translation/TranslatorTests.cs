using Crucible.Layers;
using Crucible.Models;
using Crucible.Optimizers;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Models;

/// <summary>What holds for every kind of translator.</summary>
public sealed class TranslatorTests
{
    private const int Vocabulary = 11;
    private const int None = Translator.Padding;

    /// <summary>Every kind, and what each can be told.</summary>
    private static readonly Dictionary<string, TranslatorOptions> Models = new()
    {
        ["fixed"] = Small(TranslatorKind.Fixed),
        ["fixed, LSTM, separate vocabularies"] = Small(TranslatorKind.Fixed, target: 7, cell: RecurrentCellKind.Lstm),
        ["attention"] = Small(TranslatorKind.Attention),
        ["attention, LSTM, untied"] = Small(TranslatorKind.Attention, isTied: false, cell: RecurrentCellKind.Lstm),
        ["attention, RNN, separate vocabularies"] = Small(TranslatorKind.Attention, target: 7, cell: RecurrentCellKind.Rnn),
        ["transformer"] = Small(TranslatorKind.Transformer),
        ["transformer, pre-norm"] = Small(TranslatorKind.Transformer, NormPlacement.Pre),
        ["transformer, separate vocabularies"] = Small(TranslatorKind.Transformer, target: 7),
        ["transformer, untied"] = Small(TranslatorKind.Transformer, isTied: false),
    };

    public static TheoryData<string> Kinds => [.. Models.Keys];

    internal static TranslatorOptions Small(
        TranslatorKind kind, NormPlacement placement = NormPlacement.Post, int target = Vocabulary, bool isTied = true,
        RecurrentCellKind cell = RecurrentCellKind.Gru) => new()
        {
            Kind = kind,
            Vocabulary = new(Vocabulary, target, target == Vocabulary),
            Layers = 2,
            Width = 32, // so that products choose among all their ways
            Heads = 2,
            Cell = cell,
            Context = 12,
            Placement = placement,
            IsTied = isTied,
            Dropout = 0.1,
        };

    private static Translator Model(string name) => Translator.Create(Models[name], new(3));

    private static float[] Logits(Translator model, int[][] sources, int[][] targets, int padding = 0)
    {
        Tensor Padded(int[][] rows) => Translator.Pad([.. rows.Select(row => (IReadOnlyList<int>)[.. row, .. Enumerable.Repeat(None, padding)])]);
        return model.Logits(model.Encode(Padded(sources), Pass.Evaluation), Padded(targets), Pass.Evaluation).ToArray<float>();
    }

    /// <summary>The logits of the first positions of a row of [B, T, V].</summary>
    private static float[] Row(float[] logits, int rows, int row, int count, int classes)
    {
        int length = logits.Length / rows;
        return logits[(row * length)..((row * length) + (count * classes))];
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Logits_BesideOthersAndUnderPadding_AreTheSameBits(string kind)
    {
        Translator model = Model(kind);
        int classes = model.Options.Vocabulary.Target;
        int[][] sources = [[1, 2, 3, 4, 5], [6], [3, 1]], targets = [[0, 1], [2, 3, 4, 5], [1, 1, 2]];

        foreach (int padding in (int[])[0, 1, 5])
        {
            float[] together = Logits(model, sources, targets, padding);
            for (int row = 0; row < sources.Length; row++)
            {
                float[] alone = Logits(model, [sources[row]], [targets[row]]);
                Assert.Equal(alone, Row(together, 3, row, targets[row].Length, classes));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Logits_OfTokensThatFollow_DoNotDependOnThem(string kind)
    {
        Translator model = Model(kind);
        int classes = model.Options.Vocabulary.Target;

        float[] one = Logits(model, [[1, 2, 3]], [[0, 1, 2, 3, 4]]), other = Logits(model, [[1, 2, 3]], [[0, 1, 2, 6, 5]]);

        Assert.Equal(one[..(3 * classes)], other[..(3 * classes)]);
        Assert.NotEqual(one[(3 * classes)..(4 * classes)], other[(3 * classes)..(4 * classes)]);
        Assert.NotEqual(one, Logits(model, [[1, 2, 4]], [[0, 1, 2, 3, 4]]));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Loss_UnderPadding_AndItsGradientsAreThoseWithout(string kind)
    {
        double[][] Gradients(int padding)
        {
            Translator model = Model(kind);
            int[] more = [.. Enumerable.Repeat(None, padding)];
            Tensor loss = model.Loss(
                Translator.Pad([[1, 2, 3, .. more], [4, 5, .. more]]), Translator.Pad([[0, 1, 2, .. more], [0, 3, 4, 5, 6, .. more]]),
                Pass.Evaluation);
            loss.Backward();
            return [[loss.ToDouble()], .. model.Parameters.Select(parameter => parameter.Gradient!.ToArray())];
        }

        const double singleRounding = 1e-6; // the rows of padding change how sums over rows are grouped
        foreach ((double[] expected, double[] actual) in Gradients(0).Zip(Gradients(4)))
            for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], singleRounding);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Loss_IsTheMeanOverTheTokensThatAreNoPadding(string kind)
    {
        Translator model = Model(kind);
        int[][] sources = [[1, 2, 3], [4]], targets = [[0, 1, 2], [0, 3, 4, 5, 6]];

        double together = model.Loss(Translator.Pad(sources), Translator.Pad(targets), Pass.Evaluation).ToDouble();
        double[] alone = [.. sources.Zip(targets, (source, target) =>
            model.Loss(Translator.Pad([source]), Translator.Pad([target]), Pass.Evaluation).ToDouble())];

        const double singleRounding = 1e-6;
        Assert.Equal(((2 * alone[0]) + (4 * alone[1])) / 6, together, singleRounding);
        // Smoothing is for training: an evaluation measures the plain cross-entropy.
        Assert.Equal(together, model.Loss(Translator.Pad(sources), Translator.Pad(targets), Pass.Evaluation, 0.1).ToDouble());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Decoding_TokenByToken_GivesTheLogitsOfTheWholeText(string kind)
    {
        Translator model = Model(kind);
        int classes = model.Options.Vocabulary.Target;
        int[][] sources = [[1, 2, 3, 4], [5, 6]], targets = [[0, 1, 2, 3, 4], [0, 6, 5, 4, 3]];
        float[] whole = Logits(model, sources, targets);

        IDecodingState state = model.StartDecoding(Translator.Pad(sources), 6);
        for (int t = 0; t < 5; t++)
        {
            Assert.Equal((2, t), (state.Rows, state.Length));
            float[] logits = state.Append([targets[0][t], targets[1][t]]).ToArray();
            for (int row = 0; row < 2; row++)
                Assert.Equal(whole[(((row * 5) + t) * classes)..(((row * 5) + t + 1) * classes)], Row(logits, 2, row, 1, classes));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Decoding_Selected_GoesOnAsEachRowWas(string kind)
    {
        Translator model = Model(kind);
        int classes = model.Options.Vocabulary.Target;
        int[][] sources = [[1, 2, 3, 4], [5, 6], [2]];
        IDecodingState state = model.StartDecoding(Translator.Pad(sources), 6);
        List<(int Source, int[] Tokens)> rows = [(0, [0]), (1, [0]), (2, [0])];
        state.Append([0, 0, 0]);
        foreach (int[] selection in (int[][])[[1, 1, 0], [2, 0, 1], [0, 1, 2], [1], [0, 0]])
        {
            state.Select(selection);
            int[] added = [.. selection.Select((_, i) => 1 + i)];
            rows = [.. selection.Select((row, i) => (rows[row].Source, (int[])[.. rows[row].Tokens, added[i]]))];

            float[] logits = state.Append(added).ToArray();

            for (int row = 0; row < rows.Count; row++)
            {
                float[] fresh = Logits(model, [sources[rows[row].Source]], [rows[row].Tokens]);
                Assert.Equal(fresh[^classes..], Row(logits, rows.Count, row, 1, classes));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Alignment_OfEachToken_SumsToOneOverTheSourceAlone(string kind)
    {
        Translator model = Model(kind);
        EncodedSource source = model.Encode(Translator.Pad([[1, 2, 3, 4], [5, 6]]), Pass.Evaluation);

        Tensor? weights = model.Alignment(source, Translator.Pad([[0, 1, 2], [0, 3, 4]]));

        if (weights is null) return;
        const double singleRounding = 1e-6;
        Assert.Equal([2, 3, 4], weights.Shape);
        Assert.All(weights.Sum(-1).ToArray(), sum => Assert.Equal(1.0, sum, singleRounding));
        Assert.All(weights.Select(0, 1).Slice(1, 2).ToArray(), weight => Assert.Equal(0.0, weight)); // the padding
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Loss_InTraining_FallsToNearlyNothing(string kind)
    {
        Translator model = Model(kind);
        Tensor source = Translator.Pad([[1, 2, 3], [4, 5], [6, 1, 2, 4]]), target = Translator.Pad([[0, 3, 2, 1, 6], [0, 5, 4, 6], [0, 1, 6]]);
        Adam optimizer = new(model.Parameters, new() { LearningRate = 5e-3 });
        Pass pass = Pass.Training(new(1));
        for (int step = 0; step < 150; step++)
        {
            optimizer.ZeroGradients();
            model.Loss(source, target, pass).Backward();
            optimizer.Step();
        }

        Assert.InRange(model.Loss(source, target, Pass.Evaluation).ToDouble(), 0, 0.1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Sentences_ThatDoNotFit_AreRefusedInOneLine(string kind)
    {
        Translator model = Model(kind);
        Tensor fine = Translator.Pad([[1, 2], [3]]);
        string Message(Action action) => Assert.ThrowsAny<CrucibleException>(action).Message;

        Assert.EndsWith(
            "a sentence must have at least one token, but sentence 1 of the batch is empty",
            Message(() => model.Encode(Tensor.From([1, 2, None, None], 2, 2), Pass.Evaluation)), StringComparison.Ordinal);
        Assert.EndsWith(
            "padding must stand behind a sentence's tokens, but sentence 0 of the batch has a token behind it",
            Message(() => model.Encode(Tensor.From([1, None, 2, 1, 2, 3], 2, 3), Pass.Evaluation)), StringComparison.Ordinal);
        Assert.EndsWith(
            "there must be a translation for each of 2 sentences, but there are 1",
            Message(() => model.Logits(model.Encode(fine, Pass.Evaluation), Translator.Pad([[1]]), Pass.Evaluation)), StringComparison.Ordinal);
        Assert.Contains("[sentences, 2 or more tokens], but are [1, 1]",
            Message(() => model.Loss(fine, Translator.Pad([[1]]), Pass.Evaluation)), StringComparison.Ordinal);
        Assert.Contains("indices must be between 0 and 10, but element 1 is 11",
            Message(() => model.Encode(Translator.Pad([[1, Vocabulary]]), Pass.Evaluation)), StringComparison.Ordinal);
        if (model.Longest == int.MaxValue) return;
        Assert.EndsWith(
            "a sentence must have at most 12 tokens, the positions of the model, but one has 13; shorten it, or build the model with a longer context",
            Message(() => model.Encode(Translator.Pad([new int[13]]), Pass.Evaluation)), StringComparison.Ordinal);
    }

    [Fact]
    public void New_WrongOption_SaysWhich()
    {
        static void Refused(string message, TranslatorOptions options) =>
            Assert.Equal("translator: " + message, Assert.Throws<OptionException>(() => Translator.Create(options, new(1))).Message);
        TranslatorVocabulary vocabulary = new(5, 5, true);

        Refused("layers must be 1 or more, but is 0", new() { Kind = TranslatorKind.Transformer, Vocabulary = vocabulary, Layers = 0 });
        Refused("heads must be a divisor of the width 128, but is 5",
            new() { Kind = TranslatorKind.Transformer, Vocabulary = vocabulary, Heads = 5 });
        Refused("dropout must be at least 0 and below 1, but is 1",
            new() { Kind = TranslatorKind.Transformer, Vocabulary = vocabulary, Dropout = 1 });
        Refused("vocabulary must be equally many tokens of source and target where it is joint, but is 5 and 6",
            new() { Kind = TranslatorKind.Transformer, Vocabulary = new(5, 6, true) });
        Assert.Equal("translator: sentences must be at least 1, got 0", Assert.Throws<DataException>(() => Translator.Pad([])).Message);
    }
}
