using Crucible.Files;
using Crucible.Tensors;
using Crucible.Text;
using Xunit;

namespace Crucible.Tests;

/// <summary>What an error quotes comes from anywhere; the error stays one line that a person can read.</summary>
public sealed class ErrorTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void Message_LineEndsInWhatItQuotes_AreShown()
    {
        SafeTensors.Save(path, [KeyValuePair.Create("a\nb\r", Tensor.Ones(2))]);
        string message = Assert.Throws<CheckpointException>(() => new Crucible.Layers.Linear(1, 1, new Generator(1)).Load(path)).Message;
        Assert.DoesNotContain('\n', message);
        File.WriteAllText(path, "{\"format\": [], \"a\\nb\": 1}");
        Assert.DoesNotContain('\n', Assert.Throws<DataException>(() => Tokenizer.Load(path)).Message);
        Assert.Equal("x\\ny\\r", new OptionException("x\ny\r").Message);
    }

    [Fact]
    public void Message_LongName_KeepsItsBeginningAndItsEnd()
    {
        string message = new DataException($"csv: {new string('x', 100_000)}; leave it out").Message;
        Assert.Equal(1000, message.Length);
        Assert.StartsWith("csv: xxx", message, StringComparison.Ordinal);
        Assert.Contains("x … x", message, StringComparison.Ordinal);
        Assert.EndsWith("xxx; leave it out", message, StringComparison.Ordinal);
        Assert.Equal(new string('y', 1000), new DataException(new string('y', 1000)).Message);
    }
}
