using Crucible.Text;
using Xunit;

namespace Crucible.Tests.Text;

public sealed class TextGeneratorTests
{
    private static readonly BytePairTokenizer Bytes = BytePairTokenizer.Train([], new() { VocabularySize = 256 });

    private static MarkovModel Model(int context = 8) => new(256, context);

    [Theory]
    [InlineData(0.0, 1)]
    [InlineData(0.0, 8)]
    [InlineData(0.8, 8)]
    [InlineData(0.8, 500)]
    public void Generate_WithAndWithoutCache_IsTheSameText(double temperature, int context)
    {
        string Text(bool usesCache) =>
            new TextGenerator(Model(context), Bytes)
                .Generate("KING:", new() { MaxTokens = 100, Temperature = temperature, UsesCache = usesCache });

        Assert.Equal(Text(false), Text(true));
    }

    [Fact]
    public void Generate_WithCache_LooksAtFewTokens()
    {
        MarkovModel cached = Model(64), fresh = Model(64);

        new TextGenerator(cached, Bytes).Generate("KING:", new() { MaxTokens = 200 });
        new TextGenerator(fresh, Bytes).Generate("KING:", new() { MaxTokens = 200, UsesCache = false });

        Assert.InRange(cached.TokensSeen, 200, 200 + 5 + (6 * 32)); // every token once, and half a context each time that one is full
        Assert.InRange(fresh.TokensSeen, 200 * 30, 200 * 64);
    }

    [Fact]
    public void Generate_LongPrompt_IsSeenFromItsEnd()
    {
        string prompt = new string('x', 100) + "abcdefgh";

        Assert.Equal(
            new TextGenerator(Model(), Bytes).Generate("abcdefgh", new() { MaxTokens = 1, Temperature = 0 }),
            new TextGenerator(Model(), Bytes).Generate(prompt, new() { MaxTokens = 1, Temperature = 0 }));
    }

    [Fact]
    public void Generate_SameSeed_IsTheSameText()
    {
        TextGenerator generator = new(Model(), Bytes);

        Assert.Equal(generator.Generate("a", new() { Seed = 1 }), generator.Generate("a", new() { Seed = 1 }));
        Assert.NotEqual(generator.Generate("a", new() { Seed = 1 }), generator.Generate("a", new() { Seed = 2 }));
    }

    [Fact]
    public void Samples_AreDifferentAndDoNotDependOnTheirNumber()
    {
        TextGenerator generator = new(Model(), Bytes);
        GenerationOptions options = new() { MaxTokens = 20 };

        string[] three = [.. generator.Samples("a", 3, options)];

        Assert.Equal(3, three.Distinct().Count());
        Assert.Equal(three[..2], generator.Samples("a", 2, options));
    }

    [Fact]
    public void Samples_AreStreamedOneAfterTheOther()
    {
        TextGenerator generator = new(Model(), Bytes);
        List<string> pieces = [];

        foreach (string text in generator.Samples("a", 3, new() { MaxTokens = 20 }, pieces.Add))
        {
            Assert.Equal(text, string.Concat(pieces));
            Assert.True(pieces.Count > 1);
            pieces.Clear();
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Generate_StopString_EndsTheTextBeforeItAndIsNeverStreamed(int length)
    {
        TextGenerator generator = new(Model(), Bytes);
        string whole = generator.Generate("a", new() { MaxTokens = 300 });
        string stop = whole.Substring(150, length + 1);
        List<string> pieces = [];

        string text = generator.Generate("a", new() { MaxTokens = 300, StopStrings = ["no such text", stop] }, pieces.Add);

        Assert.Equal(whole[..whole.IndexOf(stop, StringComparison.Ordinal)], text);
        Assert.Equal(text, string.Concat(pieces));
    }

    [Fact]
    public void Generate_EndOfTextThatBeginsAStopString_IsKept()
    {
        TextGenerator generator = new(Model(), Bytes);
        string whole = generator.Generate("a", new() { MaxTokens = 50 });
        List<string> pieces = [];

        string text = generator.Generate("a", new() { MaxTokens = 50, StopStrings = [whole[^1] + " and more"] }, pieces.Add);

        Assert.Equal(whole, text);
        Assert.Equal(whole, string.Concat(pieces));
    }

    [Fact]
    public void Generate_StopToken_EndsTheText()
    {
        TextGenerator generator = new(Model(), Bytes);
        float[] logits = Model().LogitsAfter(Bytes.Encode("a"));
        int first = Array.IndexOf(logits, logits.Max());

        Assert.Equal("", generator.Generate("a", new() { Temperature = 0, StopTokens = [first] }));
    }

    [Fact]
    public void Generate_Cancelled_GivesWhatWasMade()
    {
        using CancellationTokenSource source = new();
        int pieces = 0;

        string text = new TextGenerator(Model(), Bytes).Generate("a", new() { MaxTokens = 1000, Cancellation = source.Token }, _ =>
        {
            if (++pieces == 3) source.Cancel();
        });

        Assert.InRange(text.Length, 1, 20);
    }

    [Fact]
    public void Generate_WrongInput_SaysWhat()
    {
        TextGenerator generator = new(Model(), Bytes);

        Assert.Equal(
            "generation: the prompt must have at least one token, but is empty; a newline will do",
            Assert.Throws<OptionException>(() => generator.Generate("")).Message);
        Assert.Equal(
            "generation: count must be 0 or more, but is -1", Assert.Throws<OptionException>(() => generator.Samples("a", -1)).Message);
        Assert.Equal(
            "generation: model and tokenizer must have the same vocabulary size, but the model has 65 and the tokenizer 256",
            Assert.Throws<OptionException>(() => new TextGenerator(new MarkovModel(65, 8), Bytes)).Message);
    }
}
