using Crucible.Files;
using Crucible.Layers;
using Crucible.Models;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Models;

public sealed class GptFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("crucible").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string FilePath => Path.Combine(folder, "gpt.safetensors");

    private static GptOptions Gpt2 =>
        new() { Vocabulary = 7, Context = 6, Layers = 2, Heads = 2, Width = 8, FeedForward = FeedForwardKind.GeluTanh };

    private static GptOptions Llama => new()
    {
        Vocabulary = 7,
        Context = 6,
        Layers = 1,
        Heads = 4,
        KeyValueHeads = 2,
        Width = 8,
        HasBias = false,
        IsTied = false,
        Norm = NormKind.RmsNorm,
        Positions = PositionKind.Rotary,
        FeedForward = FeedForwardKind.SwiGlu,
    };

    private static Gpt Model(GptOptions options)
    {
        Gpt model = new(options, new Generator(1));
        Generator generator = new(2);
        // biases and gains too
        foreach (Tensor parameter in model.Parameters) parameter.CopyInPlace(Tensor.Randn(generator, [.. parameter.Shape]));
        return model;
    }

    private static double[] Logits(Gpt model) => model.Forward(Tensor.Of(new[,] { { 1, 2, 3, 4, 5 } })).ToArray();

    /// <summary>The gradients in the order of the parameters.</summary>
    private static double[][] Gradients(Gpt model)
    {
        Loss.CrossEntropy(model.Forward(Tensor.Of(new[,] { { 1, 2, 3, 4, 5 } })), Tensor.Of(new[,] { { 2, 3, 4, 5, 6 } })).Backward();
        return [.. model.Parameters.Select(parameter => parameter.Gradient!.ToArray())];
    }

    public static TheoryData<GptLayout, bool, bool> Layouts
    {
        get
        {
            TheoryData<GptLayout, bool, bool> data = [];
            foreach (GptLayout layout in Enum.GetValues<GptLayout>())
                foreach (bool isTied in new[] { true, false })
                    foreach (bool hasBias in new[] { true, false }) data.Add(layout, isTied, hasBias);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Save_ThenLoad_GivesTheSameLogitsAndGradients(GptLayout layout, bool isTied, bool hasBias)
    {
        Gpt model = Model(new() { Vocabulary = 7, Context = 6, Layers = 2, Heads = 2, Width = 8, IsTied = isTied, HasBias = hasBias });
        GptFile.Save(FilePath, model, layout);

        Gpt loaded = GptFile.Load(FilePath);

        Assert.Equal(Logits(model), Logits(loaded));
        Assert.Equal(Gradients(model), Gradients(loaded));
    }

    [Fact]
    public void Save_AnyKind_KeepsItsOptions()
    {
        Gpt model = Model(Llama);
        GptFile.Save(FilePath, model);

        Assert.Equal(Logits(model), Logits(GptFile.Load(FilePath)));
    }

    /// <summary>What Hugging Face writes for a model of one layer of width 8 with a vocabulary of 7 and a context of 6.</summary>
    private static readonly (string Name, int[] Shape)[] HuggingFaceTensors =
    [
        ("h.0.attn.bias", [1, 1, 6, 6]), ("h.0.attn.c_attn.bias", [24]), ("h.0.attn.c_attn.weight", [8, 24]), ("h.0.attn.c_proj.bias", [8]),
        ("h.0.attn.c_proj.weight", [8, 8]),
        ("h.0.ln_1.bias", [8]), ("h.0.ln_1.weight", [8]), ("h.0.ln_2.bias", [8]), ("h.0.ln_2.weight", [8]), ("h.0.mlp.c_fc.bias", [32]),
        ("h.0.mlp.c_fc.weight", [8, 32]),
        ("h.0.mlp.c_proj.bias", [8]), ("h.0.mlp.c_proj.weight", [32, 8]), ("ln_f.bias", [8]), ("ln_f.weight", [8]), ("wpe.weight", [6, 8]),
        ("wte.weight", [7, 8]),
    ];

    private static Dictionary<string, Tensor> HuggingFace()
    {
        Generator generator = new(3);
        return HuggingFaceTensors.ToDictionary(entry => entry.Name, entry => Tensor.Randn(generator, entry.Shape));
    }

    [Fact]
    public void Load_HuggingFacesNamesWithoutPrefix_ReadsSizesOffTheShapes()
    {
        Dictionary<string, Tensor> tensors = HuggingFace();
        SafeTensors.Save(FilePath, tensors);

        Gpt model = GptFile.Load(FilePath, heads: 2);

        GptOptions options = model.Options;
        Assert.Equal(
            (7, 6, 1, 2, 8, true, true),
            (options.Vocabulary, options.Context, options.Layers, options.Heads, options.Width, options.HasBias, options.IsTied));
        Assert.Equal(FeedForwardKind.GeluTanh, options.FeedForward);
        Assert.Equal(
            tensors["h.0.mlp.c_fc.weight"].ToArray(),
            model.Parameters.Single(parameter => parameter.Name == "block[0].feedForward.up.weight").ToArray());
    }

    [Fact]
    public void Load_NanoGptsFile_IsThatOfHuggingFaceTransposed()
    {
        Dictionary<string, Tensor> tensors = HuggingFace();
        SafeTensors.Save(FilePath, tensors);
        double[] logits = Logits(GptFile.Load(FilePath, heads: 2));
        Dictionary<string, Tensor> nano = tensors.Where(entry => entry.Key != "h.0.attn.bias").ToDictionary(
            entry => "transformer." + entry.Key, entry =>
                entry.Key is ['h', ..] && entry.Value.Rank == 2 ? entry.Value.Transpose(0, 1) : entry.Value);
        nano["lm_head.weight"] = tensors["wte.weight"];
        SafeTensors.Save(FilePath, nano);

        Gpt model = GptFile.Load(FilePath, heads: 2, feedForward: FeedForwardKind.GeluTanh);

        Assert.Equal(logits, Logits(model));
        Assert.Equal(FeedForwardKind.Gelu, GptFile.Load(FilePath, heads: 2).Options.FeedForward);
    }

    [Fact]
    public void Save_AsHuggingFace_HasItsNamesAndShapes()
    {
        GptFile.Save(FilePath, Model(new() { Vocabulary = 7, Context = 6, Layers = 1, Heads = 2, Width = 8 }), GptLayout.HuggingFace);

        IReadOnlyDictionary<string, Tensor> tensors = SafeTensors.Load(FilePath).Tensors;

        IEnumerable<(string, string)> expected = HuggingFaceTensors.Where(entry => entry.Name != "h.0.attn.bias")
            .Select(entry => ("transformer." + entry.Name, string.Join(",", entry.Shape))).Append(("lm_head.weight", "7,8"));
        Assert.Equal(expected.Order(), tensors.Select(entry => (entry.Key, string.Join(",", entry.Value.Shape))).Order());
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Load_HasTheElementTypeOfTheFile(DType dtype)
    {
        SafeTensors.Save(FilePath, HuggingFace().ToDictionary(entry => entry.Key, entry => entry.Value.To(dtype)));
        Gpt others = GptFile.Load(FilePath, heads: 2);
        GptFile.Save(FilePath, others);
        Assert.All([.. others.Parameters, .. GptFile.Load(FilePath).Parameters], parameter => Assert.Equal(dtype, parameter.DType));
    }

    public static TheoryData<string, string> Damages => new()
    {
        { "missing", "checkpoint: {0} does not fit the model: it has no transformer.h.0.ln_2.weight" },
        { "extra", "checkpoint: {0} does not fit the model: the model has no transformer.h.0.attn.rotary" },
        { "shape", "checkpoint: {0} does not fit the model: transformer.h.0.mlp.c_proj.weight is [8, 32] in it and [32, 8] in the model" },
        { "vocabulary", "checkpoint: {0} does not fit the model: transformer.wte.weight is [56] in it, and must be a matrix" },
        { "square",
          "checkpoint: {0} does not fit the model: transformer.h.0.attn.c_attn.weight is [8, 8] in it, and one size must be three times the other" },
        { "no gpt", "checkpoint: {0} is no GPT: it has no transformer.h.0.attn.c_attn.weight" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Load_WrongTensors_AreRefusedByName(string damage, string message)
    {
        Dictionary<string, Tensor> tensors = HuggingFace();
        switch (damage)
        {
            case "missing": tensors.Remove("h.0.ln_2.weight"); break;
            case "extra": tensors["h.0.attn.rotary"] = Tensor.Ones(3); break;
            case "shape": tensors["h.0.mlp.c_proj.weight"] = Tensor.Ones(8, 32); break;
            case "vocabulary": tensors["wte.weight"] = Tensor.Ones(56); break;
            case "square": tensors["h.0.attn.c_attn.weight"] = Tensor.Ones(8, 8); break;
            default: tensors.Remove("h.0.attn.c_attn.weight"); break;
        }

        SafeTensors.Save(FilePath, tensors);

        Assert.Equal(
            string.Format(null, message, FilePath), Assert.Throws<CheckpointException>(() => GptFile.Load(FilePath, heads: 2)).Message);
    }

    [Fact]
    public void Load_HeadsUnknownOrImpossible_SaysSo()
    {
        SafeTensors.Save(FilePath, HuggingFace());

        Assert.Equal(
            $"checkpoint: {FilePath} does not say how many heads the model has: give heads; GPT-2 has 12",
            Assert.Throws<CheckpointException>(() => GptFile.Load(FilePath)).Message);
        Assert.Equal(
            $"checkpoint: {FilePath} is damaged: its options are no model's: gpt: heads must be a divisor of the width 8, but is 3",
            Assert.Throws<CheckpointException>(() => GptFile.Load(FilePath, heads: 3)).Message);
    }

    [Fact]
    public void Load_CrucibleFileOfAnotherSize_IsRefused()
    {
        Gpt model = Model(Gpt2);
        Dictionary<string, Tensor> tensors = model.Parameters.ToDictionary(parameter => parameter.Name!);
        GptFile.Save(FilePath, model);
        IReadOnlyDictionary<string, string> metadata = SafeTensors.Load(FilePath).Metadata;
        tensors["norm.gain"] = Tensor.Ones(9);
        SafeTensors.Save(FilePath, tensors, metadata);
        Assert.Equal(
            $"checkpoint: {FilePath} does not fit the model: norm.gain is [9] in it and [8] in the model",
            Assert.Throws<CheckpointException>(() => GptFile.Load(FilePath)).Message);

        SafeTensors.Save(FilePath, tensors);
        Assert.Equal(
            $"checkpoint: {FilePath} is no language model: it has no crucible.gpt, the options of the model",
            Assert.Throws<CheckpointException>(() => GptFile.Load(FilePath)).Message);
    }

    [Fact]
    public void Demanded_EveryKind_IsWhatTheModelHas()
    {
        foreach (FeedForwardKind feedForward in Enum.GetValues<FeedForwardKind>())
            foreach (NormKind norm in Enum.GetValues<NormKind>())
                foreach (NormPlacement placement in Enum.GetValues<NormPlacement>())
                    foreach (PositionKind positions in Enum.GetValues<PositionKind>())
                        foreach (int mask in Enumerable.Range(0, 16))
                        {
                            GptOptions options = new()
                            {
                                Vocabulary = 5,
                                Context = 3,
                                Layers = 2,
                                Heads = 2,
                                Width = 8,
                                FeedForward = feedForward,
                                Norm = norm,
                                Placement = placement,
                                Positions = positions,
                                HasBias = (mask & 1) > 0,
                                IsTied = (mask & 2) > 0,
                                KeyValueHeads = (mask & 4) > 0 ? 1 : null,
                                HiddenSize = (mask & 8) > 0 ? 3 : null,
                            };
                            Assert.Equal(
                                new Gpt(options, new Generator(1)).Parameters
                                    .Select(parameter => $"{parameter.Name} {string.Join(',', parameter.Shape)}"),
                                GptShapes.Demanded(options).Select(entry => $"{entry.Name} {string.Join(',', entry.Sizes)}"));
                        }
    }

    /// <summary>Options beyond the tensors that lie beside them: refused before anything of that size is made.</summary>
    [Theory]
    [InlineData("\"Layers\":2", "\"Layers\":1000000", "does not fit the model: it has no block[2].attentionNorm.gain")]
    [InlineData("\"Vocabulary\":7", "\"Vocabulary\":2147483647",
        "does not fit the model: token.weight is [7, 8] in it and [2147483647, 8] in the model")]
    [InlineData("\"HiddenSize\":null", "\"HiddenSize\":2000000000",
        "does not fit the model: block[0].feedForward.up.weight is [8, 32] in it and [8, 2000000000] in the model")]
    [InlineData("\"Width\":8", "\"Width\":2000000000",
        "does not fit the model: token.weight is [7, 8] in it and [7, 2000000000] in the model")]
    [InlineData("\"Positions\":\"None\",\"Context\":6", "\"Positions\":\"Rotary\",\"Context\":2000000000",
        "is damaged: its context of 2000000000 is out of proportion to its 1816 parameters")]
    public void Load_OptionsThatDemandMoreThanTheFileHolds_AreRefusedUnbuilt(string written, string claimed, string problem)
    {
        bool isRotary = claimed.Contains("Rotary", StringComparison.Ordinal);
        Gpt model = Model(isRotary
            ? new() { Vocabulary = 7, Context = 6, Layers = 2, Heads = 2, Width = 8, Positions = PositionKind.None }
            : Gpt2);
        Dictionary<string, string> metadata = OptionsOf(model);
        foreach ((string from, string to) in written.Split(',').Zip(claimed.Split(',')))
        {
            Assert.Contains(from, metadata["crucible.gpt"], StringComparison.Ordinal);
            metadata["crucible.gpt"] = metadata["crucible.gpt"].Replace(from, to, StringComparison.Ordinal);
        }
        SafeTensors.Save(FilePath, model.Parameters.ToDictionary(parameter => parameter.Name!), metadata);
        long before = GC.GetAllocatedBytesForCurrentThread();

        CheckpointException error = Assert.Throws<CheckpointException>(() => GptFile.Load(FilePath));

        Assert.Equal($"checkpoint: {FilePath} {problem}", error.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Theory]
    [InlineData("\"Norm\":\"LayerNorm\"", "\"Norm\":99")]
    [InlineData("\"Norm\":\"LayerNorm\"", "\"Norm\":\"99\"")]
    [InlineData("\"Norm\":\"LayerNorm\"", "\"Norl\":\"LayerNorm\"")]
    [InlineData("\"Heads\":2", "\"Heads\":2,\"Heads\":4")]
    [InlineData("\"DType\":\"Float32\"", "\"DType\":\"Bool\"")]
    public void Load_OptionsThatAreNone_AreRefused(string written, string claimed)
    {
        Gpt model = Model(Gpt2);
        Dictionary<string, string> metadata = OptionsOf(model);
        Assert.Contains(written, metadata["crucible.gpt"], StringComparison.Ordinal);
        metadata["crucible.gpt"] = metadata["crucible.gpt"].Replace(written, claimed, StringComparison.Ordinal);
        SafeTensors.Save(FilePath, model.Parameters.ToDictionary(parameter => parameter.Name!), metadata);

        Assert.StartsWith(
            $"checkpoint: {FilePath} is damaged: ",
            Assert.Throws<CheckpointException>(() => GptFile.Load(FilePath)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OneBitFlippedInTheHeader_IsRefused()
    {
        GptFile.Save(FilePath, Model(Gpt2));
        byte[] whole = File.ReadAllBytes(FilePath);
        int heads = whole.AsSpan().IndexOf("Heads\\u0022:2"u8) + "Heads\\u0022:".Length;
        whole[heads] ^= 3; // 2 becomes 1: another model of the same tensors
        File.WriteAllBytes(FilePath, whole);

        Assert.Equal(
            $"checkpoint: {FilePath} is damaged: it does not have the SHA-256 that was written with it",
            Assert.Throws<CheckpointException>(() => GptFile.Load(FilePath)).Message);
    }

    [Fact]
    public void Load_NameWithAndWithoutPrefix_IsRefused()
    {
        Dictionary<string, Tensor> tensors = HuggingFace();
        tensors["transformer.wte.weight"] = tensors["wte.weight"];
        SafeTensors.Save(FilePath, tensors);

        Assert.Equal(
            $"checkpoint: {FilePath} does not fit the model: it has transformer.wte.weight twice, with and without transformer.",
            Assert.Throws<CheckpointException>(() => GptFile.Load(FilePath, heads: 2)).Message);
    }

    private Dictionary<string, string> OptionsOf(Gpt model)
    {
        GptFile.Save(FilePath, model);
        return SafeTensors.Load(FilePath).Metadata.ToDictionary();
    }

    [Fact]
    public void Save_KindThatGpt2HasNoNamesFor_IsRefused() => Assert.Equal(
        "gpt file: the model must have GPT-2's architecture for its layout (learned positions, layer normalization before each part, GELU, no grouped queries), but has not; use the layout Crucible",
        Assert.Throws<OptionException>(() => GptFile.Save(FilePath, Model(Llama), GptLayout.HuggingFace)).Message);
}
