using System.Runtime.CompilerServices;
using Crucible.Models;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Xunit;

namespace Crucible.Onnx.Tests;

/// <summary>The piece of C# in docs/onnx.md, as it stands there.</summary>
public sealed class DocumentedCodeTests
{
    [Fact]
    public void Piece_RunsInOnnxRuntime()
    {
        string before = Environment.CurrentDirectory;
        using TemporaryFolder folder = new();
        Crucible.Tensors.Tensor example = Sample.Numbers(2, 1, 28, 28);
        OnnxFile.Save(new ConvolutionalNetwork(new() { Classes = 10 }, new(1)), folder.File("classifier.onnx"), example);
        try
        {
            Environment.CurrentDirectory = Path.GetDirectoryName(folder.File("classifier.onnx"))!;
            using InferenceSession session = new("classifier.onnx");
            DenseTensor<float> pictures = new(new float[3 * 28 * 28], [3, 1, 28, 28]);
            using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs =
                session.Run([NamedOnnxValue.CreateFromTensor("input", pictures)]);
            Tensor<float> logits = outputs[0].AsTensor<float>(); // [3, 10]
            Assert.Equal([3, 10], logits.Dimensions.ToArray());
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Fact]
    public void Piece_IsThatOfTheDocumentation()
    {
        string here = File.ReadAllText(Source());
        string text = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Source())!, "..", "..", "docs", "onnx.md"));
        string piece = text.Split("```csharp\n")[1].Split("\n```")[0];
        Assert.All(piece.Split('\n'), line => Assert.Contains(line, here, StringComparison.Ordinal));
    }

    private static string Source([CallerFilePath] string path = "") => path;
}
