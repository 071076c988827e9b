using Crucible.Layers;
using Crucible.Models;
using Crucible.Onnx.Schema;
using Crucible.Optimizers;
using Crucible.Tensors;
using Google.Protobuf;
using Xunit;
using static Crucible.Onnx.Tests.Sample;

namespace Crucible.Onnx.Tests;

/// <summary>What the library writes it reads again: the same outputs, and gradients for every weight.</summary>
public sealed class ImportTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Layers => [.. LayerExportTests.Cases.Keys];

    public static TheoryData<string> Models => [.. ModelExportTests.Cases.Keys];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Layers))]
    public void Load_OfALayer_GivesTheSame_AndGradients(string name) => RoundTrip(LayerExportTests.Cases[name]);

    [Theory]
    [MemberData(nameof(Models))]
    public void Load_OfAModel_GivesTheSame_AndGradients(string name) => RoundTrip(ModelExportTests.Cases[name]);

    [Fact]
    public void Load_KeepsTheNamesOfWeights()
    {
        OnnxModel loaded = Loaded(new Mlp([2, 3, 1], () => new Relu(), new(1)), Numbers(1, 2));
        Assert.Equal(["0/weight", "0/bias", "2/weight", "2/bias"], loaded.Parameters.Select(parameter => parameter.Name!));
        Assert.Equal("OnnxModel(input, float32 [*, 2] -> output, float32 [*, 1]; 6 nodes, 13 parameters)", loaded.ToString());
    }

    [Fact]
    public void Load_OfATranslator_TakesItsInputsByName()
    {
        TranslatorOptions options = new() { Kind = TranslatorKind.Attention, Width = 8, Vocabulary = new(9, 7, IsJoint: false) };
        Translator model = Stirred(Translator.Create(options, new(1)));
        OnnxModel loaded = Loaded(model, Tokens(9, 2, 4));
        Tensor source = Translator.Pad([[1, 2, 3], [4]]), target = Translator.Pad([[1, 2], [3, 4, 5, 6]]);
        Dictionary<string, Tensor> inputs = new() { ["source"] = source, ["target"] = target };
        Tensor logits = loaded.Forward(inputs, Pass.Evaluation)["logits"];
        AssertClose(model.Logits(model.Encode(source, Pass.Evaluation), target, Pass.Evaluation), logits);
        logits.Sum().Backward();
        Assert.All(loaded.Parameters, parameter => Assert.NotNull(parameter.Gradient));
        inputs.Remove("target");
        string message = Assert.Throws<OptionException>(() => loaded.Forward(inputs, Pass.Evaluation)).Message;
        Assert.Equal("onnx: inputs must be one for each of source, target, but is source", message);
    }

    /// <summary>A network that knows one function, and learns another.</summary>
    [Fact]
    public void Load_OfATrainedNetwork_IsTrainedFurther()
    {
        Generator generator = new(1);
        Tensor x = Tensor.Randn(generator, 64, 3);
        Sequential model = new(new Linear(3, 16, generator), new Tanh(), new BatchNorm(16), new Linear(16, 1, generator));
        OnnxModel loaded = Loaded(model, x);
        double[][] before = [.. loaded.Parameters.Select(parameter => parameter.ToArray())];
        double[][] statistics = [.. loaded.Buffers.Select(buffer => buffer.ToArray())];
        Tensor y = x.Slice(1, 0, 1).Sin();
        Adam optimizer = new(loaded.Parameters, new AdamOptions { LearningRate = 1e-2 });
        double first = 0.0, last = 0.0;
        for (int step = 0; step < 200; step++)
        {
            Tensor loss = Loss.MeanSquaredError(loaded.Forward(x, Pass.Training(generator)), y);
            optimizer.ZeroGradients();
            loss.Backward();
            optimizer.Step();
            last = loss.ToDouble();
            if (step == 0) first = last;
        }

        Assert.True(last < first / 20, $"from {first} to {last}");
        Assert.All(loaded.Parameters.Zip(before), pair => Assert.NotEqual(pair.Second, pair.First.ToArray()));
        Assert.Equal(statistics, loaded.Buffers.Select(buffer => buffer.ToArray()));
        OnnxFile.Save(loaded, folder.File("finer.onnx"), x);
        using Runtime runtime = new(folder.File("finer.onnx"));
        AssertClose(loaded.Forward(x), runtime.Run(x));
    }

    [Fact]
    public void Load_OfUnknownOperators_ListsThemAll()
    {
        string path = Write(Node("Zebra"), Node("Ant"), Node("Ant"), Node("Attention", "com.microsoft"), Node("Relu"));
        Assert.Equal(
            $"onnx: {path} cannot be read: it uses operators that are not known here: Ant, Zebra, com.microsoft.Attention",
            Assert.Throws<CheckpointException>(() => OnnxFile.Load(path)).Message);
    }

    public static TheoryData<string> Problems => [.. Damages.Keys];

    private static Dictionary<string, Action<ModelProto>> Damages => new()
    {
        ["it has no graph"] = model => model.Graph = null,
        ["it names no version of ONNX's operators"] = model => model.OpsetImport.Clear(),
        ["the node b (Relu) takes nowhere, which nothing before it computes"] = model => model.Graph.Node[0].Input[0] = "nowhere",
        ["the node b (Relu) has no output"] = model => model.Graph.Node[0].Output.Clear(),
        ["it has no output"] = model => model.Graph.Output.Clear(),
        ["nothing computes its output y"] = model => model.Graph.Node[0].Output[0] = "z",
        ["the tensor w stands in it twice"] = model => model.Graph.Initializer.Add([Weight(1, 4), Weight(1, 4)]),
        ["the tensor w cannot be read: it has 1 numbers for sizes [2]"] = model => model.Graph.Initializer.Add(Weight(2, 4)),
        ["the tensor w cannot be read: it has -1 numbers for sizes [1]"] = model => model.Graph.Initializer.Add(Weight(1, 3)),
        ["the tensor w cannot be read: its sizes are [-1]"] = model => model.Graph.Initializer.Add(Weight(-1, 4)),
        ["the tensor w cannot be read: its sizes are [4611686018427387904]"] = model => model.Graph.Initializer.Add(Weight(1L << 62, 4)),
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public void Load_OfADamagedFile_SaysWhatIsWrong(string problem)
    {
        string path = Write(Damages[problem], Node("Relu"));
        Assert.Equal($"onnx: {path} is damaged: {problem}", Assert.Throws<CheckpointException>(() => OnnxFile.Load(path)).Message);
    }

    [Fact]
    public void Load_OfNoModelAtAll_SaysSo()
    {
        File.WriteAllText(folder.File("text.onnx"), "this is no model");
        Assert.StartsWith(
            $"onnx: {folder.File("text.onnx")} is damaged: ",
            Assert.Throws<CheckpointException>(() => OnnxFile.Load(folder.File("text.onnx"))).Message);
        Assert.StartsWith(
            $"onnx: {folder.File("none.onnx")} cannot be read: ",
            Assert.Throws<CheckpointException>(() => OnnxFile.Load(folder.File("none.onnx"))).Message);
    }

    [Fact]
    public void Forward_OfAnInputThatDoesNotFit_NamesTheInput_AndOneThatANodeRefuses_TheNode()
    {
        OnnxModel loaded = Loaded(new Mlp([2, 3, 1], () => new Relu(), new(1)), Numbers(1, 2));
        Assert.Equal(
            "onnx: the input must be input, float32 [*, 2], but is float32 [4, 3]",
            Assert.Throws<ShapeException>(() => loaded.Forward(Numbers(4, 3))).Message);
        NodeProto node = Node("MatMul");
        node.Input.Add("x");
        OnnxModel product = OnnxFile.Load(Write(node));
        Assert.StartsWith(
            "onnx: the node b (MatMul): matmul: ", Assert.Throws<CheckpointException>(() => product.Forward(Numbers(2, 3))).Message);
    }

    private void RoundTrip((Func<Layer> Make, Tensor Example, Tensor Other) sample)
    {
        Layer model = Stirred(sample.Make());
        OnnxModel loaded = Loaded(model, sample.Example);
        AssertClose(model.Forward(sample.Example), loaded.Forward(sample.Example));
        AssertClose(model.Forward(sample.Other), loaded.Forward(sample.Other));
        Assert.Equal(model.Buffers.Count, loaded.Buffers.Count);
        Assert.Equal(model.Parameters.Count > 0, loaded.Parameters.Count > 0);
        if (loaded.Parameters.Count == 0) return;
        loaded.Forward(sample.Example).Square().Sum().Backward();
        Assert.All(loaded.Parameters, parameter => Assert.True(parameter.Gradient is not null, $"{parameter.Name} has no gradient"));
    }

    private OnnxModel Loaded(Layer model, Tensor example)
    {
        OnnxFile.Save(model, folder.File("model.onnx"), example);
        return OnnxFile.Load(folder.File("model.onnx"));
    }

    private static NodeProto Node(string operation, string domain = "") =>
        new() { Name = "b", OpType = operation, Domain = domain, Input = { "x" }, Output = { "y" } };

    private static TensorProto Weight(long size, int bytes)
    {
        const int type = (int)TensorProto.Types.DataType.Float;
        return new() { Name = "w", DataType = type, Dims = { size }, RawData = ByteString.CopyFrom(new byte[bytes]) };
    }

    private string Write(params NodeProto[] nodes) => Write(_ => { }, nodes);

    private string Write(Action<ModelProto> change, params NodeProto[] nodes)
    {
        ModelProto model = new()
        {
            IrVersion = 9,
            OpsetImport = { new OperatorSetIdProto { Version = 20 } },
            Graph = new()
            {
                Input = { new ValueInfoProto { Name = "x" } },
                Output = { new ValueInfoProto { Name = "y" } },
                Node = { nodes },
            },
        };
        change(model);
        File.WriteAllBytes(folder.File("own.onnx"), model.ToByteArray());
        return folder.File("own.onnx");
    }
}
