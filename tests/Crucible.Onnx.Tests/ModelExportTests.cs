using Crucible.Layers;
using Crucible.Models;
using Crucible.Onnx.Export;
using Crucible.Tensors;
using Xunit;
using static Crucible.Onnx.Tests.Sample;

namespace Crucible.Onnx.Tests;

/// <summary>Each model, in the kinds that the scripts train, gives in OnnxRuntime what it gives here.</summary>
public sealed class ModelExportTests : IDisposable
{
    private const int Vocabulary = 23;
    private static readonly Generator Seed = new(1);

    /// <summary>A model, an example, and an input of other sizes.</summary>
    internal static readonly Dictionary<string, (Func<Layer> Make, Tensor Example, Tensor Other)> Cases = new()
    {
        ["convolutions"] = (
            () => new ConvolutionalNetwork(new() { Classes = 10, Filters = [4, 6], Dropout = 0.2 }, Seed), Pictures(3), Pictures(5)),
        ["convolutions without norm"] = (
            () => new ConvolutionalNetwork(new() { Classes = 3, Filters = [4], HasBatchNorm = false }, Seed), Pictures(1), Pictures(2)),
        ["pixels to a perceptron"] = (
            () => new Sequential(new Flatten(), new Mlp([784, 16, 10], () => new Relu(), Seed)), Pictures(3), Pictures(5)),
        ["vision transformer"] = (
            () => new VisionTransformer(new() { Classes = 10, Width = 16, Layers = 2, Dropout = 0.1 }, Seed), Pictures(2), Pictures(5)),
        ["gpt"] = (() => new Gpt(Options(PositionKind.Learned), Seed), Text(2, 5), Text(3, 9)),
        ["gpt with rotary positions, swiGlu, rmsNorm"] = (() => new Gpt(Modern, Seed), Text(2, 5), Text(3, 9)),
        ["gpt with sinusoidal positions, post-norm, a head"] = (() => new Gpt(First, Seed), Text(2, 5), Text(3, 1)),
        ["gpt without positions"] = (() => new Gpt(Options(PositionKind.None), Seed), Text(2, 5), Text(3, 9)),
        ["recurrent gru"] = (() => new RecurrentLanguageModel(Recurrent(RecurrentCellKind.Gru), Seed), Text(2, 5), Text(3, 11)),
        ["recurrent lstm"] = (() => new RecurrentLanguageModel(Recurrent(RecurrentCellKind.Lstm), Seed), Text(2, 5), Text(3, 11)),
        ["recurrent rnn"] = (() => new RecurrentLanguageModel(Recurrent(RecurrentCellKind.Rnn), Seed), Text(2, 5), Text(3, 11)),
        ["masked"] = (() => new MaskedLanguageModel(Options(PositionKind.Learned), Seed), Padded(7, 4), Padded(2, 9, 5)),
        ["masked rotary"] = (() => new MaskedLanguageModel(Modern, Seed), Padded(7, 4), Text(3, 8)),
        ["classifier"] = (
            () => new SequenceClassifier(new(Options(PositionKind.Learned), Seed), 4, Seed, 0.3), Padded(7, 4), Padded(2, 9, 5)),
        ["documented parrot"] = (() => new Documented(Vocabulary), Text(2, 5), Text(3, 9)),
    };

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Names => [.. Cases.Keys];

    public static TheoryData<TranslatorKind, RecurrentCellKind, bool> Translators
    {
        get
        {
            TheoryData<TranslatorKind, RecurrentCellKind, bool> all = [];
            foreach (RecurrentCellKind cell in Enum.GetValues<RecurrentCellKind>())
            {
                all.Add(TranslatorKind.Fixed, cell, cell == RecurrentCellKind.Gru);
                all.Add(TranslatorKind.Attention, cell, cell == RecurrentCellKind.Lstm);
            }

            all.Add(TranslatorKind.Transformer, default, true);
            all.Add(TranslatorKind.Transformer, default, false);
            return all;
        }
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Save_GivesTheSameInOnnxRuntime(string name)
    {
        (Func<Layer> make, Tensor example, Tensor other) = Cases[name];
        AssertSame(Stirred(make()), folder.File("model.onnx"), example, other);
    }

    [Theory]
    [MemberData(nameof(Translators))]
    public void Save_OfATranslator_GivesTheSameForPaddedSentences(TranslatorKind kind, RecurrentCellKind cell, bool isPlain)
    {
        TranslatorOptions options = new()
        {
            Kind = kind,
            Cell = cell,
            Width = 8,
            Vocabulary = new(Vocabulary, isPlain ? Vocabulary : 19, IsJoint: isPlain),
            IsTied = isPlain,
            Placement = isPlain ? NormPlacement.Post : NormPlacement.Pre,
        };
        Translator model = Stirred(Translator.Create(options, Seed));
        OnnxFile.Save(model, folder.File("model.onnx"), Padded(5, 3));
        using Runtime runtime = new(folder.File("model.onnx"));
        foreach ((Tensor source, Tensor target) in new[] { (Padded(5, 3), Padded(2, 4)), (Padded(6, 1, 4), Padded(3, 7, 2)) })
        {
            Tensor expected = model.Logits(model.Encode(source, Pass.Evaluation), target, Pass.Evaluation);
            AssertClose(expected, runtime.Run(("source", source), ("target", target))["logits"]);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Save_OfAGptWithItsCache_ContinuesATextByItsNewTokens(bool isModern)
    {
        GptOptions options = isModern ? Modern : Options(PositionKind.Learned);
        Gpt model = Stirred(new Gpt(options, Seed));
        OnnxFile.Save(model, folder.File("model.onnx"), Text(1, 3), new() { HasState = true });
        using Runtime runtime = new(folder.File("model.onnx"));
        Tensor text = Text(2, 9);
        int heads = options.KeyValueHeads ?? options.Heads;
        Dictionary<string, Tensor> past = Names("past_key_values").ToDictionary(
            name => name, _ => Tensor.Zeros(2, heads, 0, options.Width / options.Heads));
        List<Tensor> logits = [];
        foreach ((int from, int to) in new[] { (0, 4), (4, 5), (5, 9) })
        {
            Dictionary<string, Tensor> made = runtime.Run(
                [("input", text.Slice(1, from, to)), .. past.Select(entry => (entry.Key, entry.Value))]);
            logits.Add(made["output"]);
            past = Names("past_key_values").Zip(Names("present")).ToDictionary(pair => pair.First, pair => made[pair.Second]);
        }

        AssertClose(model.Forward(text), Tensor.Concat(logits, 1));

        IEnumerable<string> Names(string prefix) =>
            Enumerable.Range(0, options.Layers).SelectMany(i => new[] { $"{prefix}.{i}.key", $"{prefix}.{i}.value" });
    }

    [Theory]
    [InlineData(RecurrentCellKind.Gru)]
    [InlineData(RecurrentCellKind.Lstm)]
    [InlineData(RecurrentCellKind.Rnn)]
    public void Save_OfARecurrentModelWithItsState_ContinuesATextByItsNewTokens(RecurrentCellKind kind)
    {
        RecurrentLanguageModelOptions options = Recurrent(kind);
        RecurrentLanguageModel model = Stirred(new RecurrentLanguageModel(options, Seed));
        OnnxFile.Save(model, folder.File("model.onnx"), Text(1, 3), new() { HasState = true });
        using Runtime runtime = new(folder.File("model.onnx"));
        Tensor text = Text(2, 9);
        string[] states = ["hidden.0", "hidden.1", .. kind == RecurrentCellKind.Lstm ? ["cell.0", "cell.1"] : Array.Empty<string>()];
        Dictionary<string, Tensor> past = states.ToDictionary(name => name, _ => Tensor.Zeros(2, options.Width));
        List<Tensor> logits = [];
        foreach ((int from, int to) in new[] { (0, 4), (4, 5), (5, 9) })
        {
            Dictionary<string, Tensor> made = runtime.Run(
                [("input", text.Slice(1, from, to)), .. past.Select(entry => (entry.Key, entry.Value))]);
            logits.Add(made["output"]);
            past = states.ToDictionary(name => name, name => made["next_" + name]);
        }

        AssertClose(model.Forward(text), Tensor.Concat(logits, 1));
    }

    private static GptOptions Options(PositionKind positions) =>
        new() { Vocabulary = Vocabulary, Context = 12, Layers = 2, Heads = 2, Width = 16, Positions = positions, Dropout = 0.1 };

    private static GptOptions Modern => new()
    {
        Vocabulary = Vocabulary,
        Context = 12,
        Layers = 2,
        Heads = 4,
        KeyValueHeads = 2,
        Width = 16,
        Positions = PositionKind.Rotary,
        Norm = NormKind.RmsNorm,
        FeedForward = FeedForwardKind.SwiGlu,
        HasBias = false,
    };

    private static GptOptions First => new()
    {
        Vocabulary = Vocabulary,
        Context = 12,
        Layers = 2,
        Heads = 2,
        Width = 16,
        Positions = PositionKind.Sinusoidal,
        Placement = NormPlacement.Post,
        FeedForward = FeedForwardKind.GeluTanh,
        IsTied = false,
    };

    private static RecurrentLanguageModelOptions Recurrent(RecurrentCellKind cell) =>
        new() { Vocabulary = Vocabulary, Cell = cell, Width = 8 };

    private static Tensor Pictures(int count) => Numbers(count, 1, 28, 28);

    private static Tensor Text(int rows, int length) => Tokens(Vocabulary, rows, length);

    /// <summary>Sentences of given lengths.</summary>
    private static Tensor Padded(params int[] lengths) =>
        Translator.Pad([.. lengths.Select((length, row) => Tokens(19, row + 1, length)[row].ToArray<int>())]);

    /// <summary>The transformer of scripts/shakespeare, a layer of one's own.</summary>
    private sealed class Documented : Layer, IOnnxLayer
    {
        private readonly Layer[] parts;

        public Documented(int vocabulary)
        {
            TransformerOptions options = new()
            {
                Width = 16,
                Heads = 2,
                HiddenSize = 24,
                FeedForward = FeedForwardKind.Relu,
                Placement = NormPlacement.Post,
                Dropout = 0.1,
            };
            parts =
            [
                Child("token", new Embedding(vocabulary, 16, Seed)), Child("position", new SinusoidalPositions(100, 16)),
                Child("encoder", new TransformerEncoder(1, options, Seed)), Child("head", new Linear(16, vocabulary, Seed)),
            ];
        }

        public OnnxValue Write(OnnxGraph graph, OnnxValue x) => parts.Aggregate(x, (value, part) => graph.Layer(part, value));

        protected override Tensor Compute(Tensor x, Pass pass) => parts.Aggregate(x, (value, part) => part.Forward(value, pass));
    }
}
