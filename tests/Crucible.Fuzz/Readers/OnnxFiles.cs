using Crucible.Layers;
using Crucible.Models;
using Crucible.Onnx;
using Crucible.Tensors;

namespace Crucible.Fuzz;

/// <summary>ONNX files.</summary>
internal static class OnnxFiles
{
    public static IEnumerable<FileReader> Readers => [new("onnx", Draw)];

    private static FileCase Draw(Random random)
    {
        Generator generator = new((ulong)random.Next(1000));
        Tensor tokens = Tensor.From([0, 1, 1, 2], 2, 2), numbers = Tensor.Ones(2, 3);
        (Layer model, Tensor example) = random.Next(4) switch
        {
            0 => ((Layer)new Mlp([3, 2, 1], () => new Gelu(), generator), numbers),
            1 => (new Gpt(new() { Vocabulary = 3, Context = 4, Layers = 1, Heads = 2, Width = 4 }, generator), tokens),
            2 => (new RecurrentLanguageModel(new() { Vocabulary = 3, Layers = 1, Width = 2 }, generator), tokens),
            _ => (new Sequential(new Linear(3, 4, generator), new BatchNorm(4), new Softmax()), numbers),
        };
        byte[] saved = TensorFiles.Saved(path => OnnxFile.Save(model, path, example));
        // The example goes in: what it is computed with is as damaged as the file.
        return FileCase.Of(new("a.onnx", saved), path =>
        {
            OnnxModel read = OnnxFile.Load(path);
            return () => $"{Weights(read)} {TensorFiles.Tell(Tensor.Evaluate(() => read.Forward(example)).ToArray())}";
        }, Expected(saved, example), "OnnxFile.Load(path \"a.onnx\") |> printfn \"%O\"") with
        {
            Base = 8 << 20, // tables that the format's messages bring
            PerByte = 1000, // a node of a few bytes is an object with lists
        };
    }

    private static string Expected(byte[] saved, Tensor example)
    {
        string place = FileSearch.NewPlace();
        try
        {
            File.WriteAllBytes(place, saved);
            OnnxModel read = OnnxFile.Load(place);
            return $"{Weights(read)} {TensorFiles.Tell(Tensor.Evaluate(() => read.Forward(example)).ToArray())}";
        }
        finally
        {
            File.Delete(place);
        }
    }

    private static string Weights(OnnxModel model) =>
        TensorFiles.Tell(model.Parameters.Concat(model.Buffers).Select(tensor => KeyValuePair.Create(tensor.Name!, tensor)));
}
