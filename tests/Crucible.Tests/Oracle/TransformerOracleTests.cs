using System.Text.Json;
using Crucible.Layers;
using Crucible.Models;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Oracle;

/// <summary>Whole transformers give PyTorch's outputs, and its gradients of every parameter, from the same parameters.</summary>
public sealed class TransformerOracleTests
{
    /// <summary>All models by name, in both element types.</summary>
    public static TheoryData<string, DType> Models => OracleModel.Names<GptRecord>("transformers", "models");

    /// <summary>All translators.</summary>
    public static TheoryData<string, DType> Translators => OracleModel.Names<TranslatorRecord>("transformers", "translators");

    /// <summary>All encoders with decoders.</summary>
    public static TheoryData<string, DType> Sequences => OracleModel.Names<SequenceRecord>("transformers", "sequences");

    [Theory]
    [MemberData(nameof(Models))]
    public void Gpt_SameParameters_GivesPyTorchsLogitsLossAndGradients(string name, DType dtype)
    {
        GptRecord record = OracleModel.Find<GptRecord>("transformers", "models", name);
        Gpt model = new(Options(new(record.Options), dtype), new(1));
        OracleModel.Load(model, record.Parameters);
        Tensor logits = model.Forward(record.Tokens.ToTensor(dtype), Pass.Training(new(1)));
        OracleModel.AssertClose("logits", record.Logits.Values, logits, dtype);
        Tensor loss = Loss.CrossEntropy(logits, record.Targets.ToTensor(dtype));
        OracleModel.AssertClose("loss", [record.Loss], loss, dtype);
        loss.Backward();
        OracleModel.AssertGradients(model, record.Gradients, dtype);
    }

    [Theory]
    [MemberData(nameof(Sequences))]
    public void EncoderAndDecoder_SameParameters_GivePyTorchsOutputAndGradients(string name, DType dtype)
    {
        SequenceRecord record = OracleModel.Find<SequenceRecord>("transformers", "sequences", name);
        OracleAttributes attributes = new(record.Options);
        EncoderAndDecoder model = new(attributes.Int("layers"), isCausal => new()
        {
            Width = attributes.Int("width"),
            Heads = attributes.Int("heads"),
            Placement = attributes.Text("placement") == "pre" ? NormPlacement.Pre : NormPlacement.Post,
            IsCausal = isCausal,
            DType = dtype,
        });
        OracleModel.Load(model, record.Parameters);
        Tensor output = model.Translate(record.Source.ToTensor(dtype), record.Target.ToTensor(dtype), record.Padding.ToTensor(dtype));
        OracleModel.AssertClose("output", record.Output.Values, output, dtype);
        OracleCase.WeightedSum([output]).Backward();
        OracleModel.AssertGradients(model, record.Gradients, dtype);
    }

    [Theory]
    [MemberData(nameof(Translators))]
    public void Translator_SameParameters_GivesPyTorchsLogitsLossAndGradients(string name, DType dtype)
    {
        TranslatorRecord record = OracleModel.Find<TranslatorRecord>("transformers", "translators", name);
        OracleAttributes attributes = new(record.Options);
        int vocabulary = attributes.Int("vocabulary");
        Translator model = Translator.Create(
            new()
            {
                Kind = TranslatorKind.Transformer,
                Vocabulary = new(vocabulary, vocabulary, true),
                Context = attributes.Int("context"),
                Layers = attributes.Int("layers"),
                Heads = attributes.Int("heads"),
                Width = attributes.Int("width"),
                Placement = attributes.Text("placement") == "pre" ? NormPlacement.Pre : NormPlacement.Post,
                Dropout = 0.0,
                DType = dtype,
            },
            new(1));
        OracleModel.Load(model, record.Parameters);
        Pass pass = Pass.Training(new(1));
        (Tensor source, Tensor target) = (record.Source.ToTensor(dtype), record.Target.ToTensor(dtype));
        (Tensor input, Tensor wanted) = (target.Slice(1, 0, target.Shape[1] - 1), target.Slice(1, 1));
        Tensor logits = model.Logits(model.Encode(source, pass), input, pass);
        OracleModel.AssertClose("logits", record.Logits.Values, logits.MaskedFill(wanted.EqualTo(Translator.Padding).Unsqueeze(-1), 0.0), dtype);
        Tensor loss = model.Loss(source, target, pass, labelSmoothing: 0.1);
        OracleModel.AssertClose("loss", [record.Loss], loss, dtype);
        loss.Backward();
        OracleModel.AssertGradients(model, record.Gradients, dtype);
    }

    private static GptOptions Options(OracleAttributes options, DType dtype) => new()
    {
        Vocabulary = options.Int("vocabulary"),
        Context = options.Int("context"),
        Layers = options.Int("layers"),
        Heads = options.Int("heads"),
        Width = options.Int("width"),
        HiddenSize = 4 * options.Int("width"),
        KeyValueHeads = options.Has("keyHeads") ? options.Int("keyHeads") : null,
        HasBias = options.Truth("bias"),
        IsTied = options.Truth("tied"),
        Norm = options.Text("norm") == "rms" ? NormKind.RmsNorm : NormKind.LayerNorm,
        Placement = options.Text("placement") == "pre" ? NormPlacement.Pre : NormPlacement.Post,
        Positions = Enum.Parse<PositionKind>(options.Text("positions"), ignoreCase: true),
        FeedForward = Enum.Parse<FeedForwardKind>(options.Text("feedForward"), ignoreCase: true),
        DType = dtype,
    };

    private sealed record GptRecord(
        string Name, Dictionary<string, JsonElement> Options, OracleParameter[] Parameters, double[][] Gradients, OracleTensor Tokens,
        OracleTensor Targets, OracleTensor Logits,
        double Loss) : INamedRecord;

    private sealed record SequenceRecord(
        string Name, Dictionary<string, JsonElement> Options, OracleParameter[] Parameters, double[][] Gradients, OracleTensor Source,
        OracleTensor Target, OracleTensor Padding,
        OracleTensor Output) : INamedRecord;

    private sealed record TranslatorRecord(
        string Name, Dictionary<string, JsonElement> Options, OracleParameter[] Parameters, double[][] Gradients, OracleTensor Source,
        OracleTensor Target, OracleTensor Logits,
        double Loss) : INamedRecord;

    private sealed class EncoderAndDecoder : Layer
    {
        private readonly TransformerEncoder encoder;
        private readonly TransformerDecoder decoder;

        public EncoderAndDecoder(int layers, Func<bool, TransformerOptions> options)
        {
            encoder = Child("encoder", new TransformerEncoder(layers, options(false), new(1)));
            decoder = Child("decoder", new TransformerDecoder(layers, options(true), new(1)));
        }

        public Tensor Translate(Tensor source, Tensor target, Tensor padding)
        {
            Tensor mask = padding.Reshape(padding.Shape[0], 1, 1, padding.Shape[1]);
            return decoder.Forward(target, encoder.Forward(source, mask, Pass.Evaluation), null, mask, Pass.Evaluation);
        }

        protected override Tensor Compute(Tensor x, Pass pass) => Translate(x, x, Tensor.Ones([x.Shape[0], x.Shape[1]], DType.Bool));
    }
}
