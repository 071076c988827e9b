using Crucible.Layers;
using Crucible.Models;
using Crucible.Tensors;
using Xunit;
using static Crucible.Onnx.Tests.Sample;

namespace Crucible.Onnx.Tests;

/// <summary>What a file is as a whole, and what is refused.</summary>
public sealed class OnnxFileTests : IDisposable
{
    private static readonly Generator Seed = new(1);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Save_DeclaresFreeAxes_WhereTheModelTakesAnySize()
    {
        Assert.Equal("-1, 13 | -1, 1", Axes(new Mlp([13, 4, 1], () => new Relu(), Seed), Numbers(4, 13)));
        Assert.Equal("-1, -1 | -1, -1, 23", Axes(new Gpt(new() { Vocabulary = 23, Context = 8, Width = 8 }, Seed), Tokens(23, 2, 8)));
        Assert.Equal("-1, 1, 28, 28 | -1, 10", Axes(new ConvolutionalNetwork(new() { Classes = 10 }, Seed), Numbers(1, 1, 28, 28)));
        Layer anySize = new Sequential(new Conv2d(3, 4, 3, Seed), new GlobalAveragePool());
        Assert.Equal("-1, 3, -1, -1 | -1, 4", Axes(anySize, Numbers(1, 3, 8, 8)));
        Assert.Equal("-1, 2, -1, -1 | -1, -1, 5", Axes(new PatchEmbedding(2, 4, 5, Seed), Numbers(2, 2, 8, 12)));
    }

    [Fact]
    public void Save_OfALayerWithoutAForm_NamesItsPath_AndLeavesTheOldFile()
    {
        string path = folder.File("model.onnx");
        File.WriteAllText(path, "old");
        Layer model = new Sequential(new Linear(2, 3, Seed), new Lambda(x => x * 2.0));
        string message = Assert.Throws<CheckpointException>(() => OnnxFile.Save(model, path, Numbers(1, 2))).Message;
        Assert.Equal(
            "onnx: model.1 (Lambda) has no form in ONNX; use layers of the library in its place, or let it be an IOnnxLayer", message);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.StartsWith(
            "onnx: lambda (Lambda)", Assert.Throws<CheckpointException>(() => OnnxFile.Save(new Lambda(x => x), path, Numbers(1))).Message);
    }

    [Fact]
    public void Save_WithStateOfAModelThatHasNone_IsRefused()
    {
        Layer model = new Mlp([2, 1], () => new Relu(), Seed);
        string message = Assert.Throws<CheckpointException>(
            () => OnnxFile.Save(model, folder.File("a.onnx"), Numbers(1, 2), new() { HasState = true })).Message;
        Assert.Equal("onnx: model (Mlp) keeps nothing of earlier positions; leave HasState out of the options", message);
    }

    [Fact]
    public void Save_WhereNothingCanBeWritten_SaysSo()
    {
        File.WriteAllText(folder.File("file"), "");
        string path = Path.Combine(folder.File("file"), "a.onnx");
        string message = Assert.Throws<CheckpointException>(() => OnnxFile.Save(new Relu(), path, Numbers(1))).Message;
        Assert.StartsWith($"onnx: {path} cannot be written: ", message);
    }

    [Fact]
    public void Save_OfAnExampleThatDoesNotFit_IsTheModelsOwnError() =>
        Assert.Throws<ShapeException>(() => OnnxFile.Save(new Linear(2, 3, Seed), folder.File("a.onnx"), Numbers(1, 5)));

    private string Axes(Layer model, Tensor example)
    {
        OnnxFile.Save(model, folder.File("axes.onnx"), example);
        using Runtime runtime = new(folder.File("axes.onnx"));
        return $"{string.Join(", ", runtime.AxesOf("input"))} | {string.Join(", ", runtime.AxesOfOutput("output"))}";
    }
}
