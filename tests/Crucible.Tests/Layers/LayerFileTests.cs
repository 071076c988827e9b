using Crucible.Files;
using Crucible.Models;
using Crucible.Tensors;
using Crucible.Tests.Training;
using Xunit;

namespace Crucible.Tests.Layers;

public sealed class LayerFileTests : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".safetensors");

    public void Dispose() => File.Delete(path);

    [Fact]
    public void Load_OfSave_GivesTheSameBits()
    {
        (Toy saved, Toy loaded) = (new(seed: 1), new(seed: 2));
        Assert.NotEqual(saved.Weights, loaded.Weights);
        saved.Model.Save(path);
        loaded.Model.Load(path);
        Assert.Equal(saved.Weights, loaded.Weights);
    }

    [Fact]
    public void Load_WhatDoesNotFit_IsRefusedByNameAndChangesNothing()
    {
        Toy toy = new();
        float[] before = toy.Weights;
        string Refused(params (string Name, Tensor Tensor)[] tensors)
        {
            SafeTensors.Save(path, tensors.Select(entry => KeyValuePair.Create(entry.Name, entry.Tensor)));
            string message = Assert.Throws<CheckpointException>(() => toy.Model.Load(path)).Message;
            Assert.Equal(before, toy.Weights);
            return message[(message.IndexOf("model", StringComparison.Ordinal) + 7)..];
        }
        (string, Tensor)[] all = [.. toy.Model.Parameters.Select(parameter => (parameter.Name!, Tensor.ZerosLike(parameter)))];
        Assert.Equal("it has no 2.bias", Refused(all[..3]));
        Assert.Equal("the model has no more", Refused([.. all, ("more", Tensor.Ones(1))]));
        Assert.Equal(
            "0.bias is float32 [3] in it and float32 [16] in the model",
            Refused([all[0], ("0.bias", Tensor.Ones(3)), .. all[2..]]));
        Assert.Equal(
            "0.bias is float64 [16] in it and float32 [16] in the model",
            Refused([all[0], ("0.bias", Tensor.Zeros([16], DType.Float64)), .. all[2..]]));
    }

    [Fact]
    public void LoadMean_OfFiles_IsTheMeanOfEachParameter()
    {
        (Toy first, Toy second, Toy mean) = (new(seed: 1), new(seed: 2), new(seed: 3));
        string other = path + ".other";
        first.Model.Save(path);
        second.Model.Save(other);

        mean.Model.LoadMean([path, other, other]);

        Assert.Equal(first.Weights.Zip(second.Weights, (a, b) => (float)(((double)a + b + b) / 3)), mean.Weights);
        float[] before = mean.Weights;
        SafeTensors.Save(other, [new("head", Tensor.Ones(1))]);
        Assert.Throws<CheckpointException>(() => mean.Model.LoadMean([path, other]));
        Assert.Equal(before, mean.Weights);
        Assert.EndsWith("paths must be 1 or more files, but is 0",
            Assert.Throws<OptionException>(() => mean.Model.LoadMean([])).Message, StringComparison.Ordinal);
        File.Delete(other);
    }

    [Fact]
    public void Load_NotStrict_TakesWhatFits()
    {
        Toy toy = new();
        float[] before = [.. toy.Model.Parameters[0].ToArray<float>()];
        SafeTensors.Save(path, [new("0.bias", Tensor.Full([16], 7)), new("head", Tensor.Ones(1))]);
        toy.Model.Load(path, strict: false);
        Assert.All(toy.Model.Parameters[1].ToArray(), value => Assert.Equal(7, value));
        Assert.Equal(before, toy.Model.Parameters[0].ToArray<float>());
        SafeTensors.Save(path, [new("head", Tensor.Ones(1))]);
        Assert.EndsWith(
            "none of its tensors has the name of a parameter",
            Assert.Throws<CheckpointException>(() => toy.Model.Load(path, strict: false)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Save_OfALanguageModel_IsItsOwnFile()
    {
        Gpt model = new(new GptOptions { Vocabulary = 7, Context = 6, Layers = 1, Heads = 2, Width = 8 }, new Generator(3));
        model.Save(path);
        Tensor tokens = Tensor.From([1, 2, 3], 1, 3);
        Assert.Equal(model.Forward(tokens).ToArray(), GptFile.Load(path).Forward(tokens).ToArray());
    }
}
