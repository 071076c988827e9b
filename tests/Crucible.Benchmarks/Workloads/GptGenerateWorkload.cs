using System.Globalization;
using Crucible.Benchmarks.Measuring;
using Crucible.Benchmarks.Sides;
using Crucible.Tensors;
using Crucible.Text;

namespace Crucible.Benchmarks.Workloads;

/// <summary>A text from one token, one token at a time, with the keys and values of earlier tokens kept.</summary>
internal sealed class GptGenerateWorkload : ComparedWorkload
{
    private const int Length = 256;
    private const string Mixed = "mixed";

    private static readonly string Alphabet = string.Concat(Enumerable.Range(0, GptSize.Vocabulary).Select(index => (char)(' ' + index)));

    /// <inheritdoc/>
    public override string Name => "gpt-generate";

    /// <inheritdoc/>
    public override string Summary => "a token of a GPT with the cache of keys and values, small, large";

    /// <inheritdoc/>
    internal override IEnumerable<RowTable> Tables(bool quick)
    {
        yield return new(
            $"a token with the cache of keys and values, in a text of {Length}",
            [.. GptSize.All(quick).Select(Compared), .. GptSize.All(quick).Select(Rounded)]);
    }

    /// <inheritdoc/>
    internal override Work Prepare(string[] words)
    {
        (GptSize size, int length) = (GptSize.Of(words[0]), int.Parse(words[1], CultureInfo.InvariantCulture));
        TextGenerator generator = Generator(0.02), talkative = Generator(GptSize.TalkativeDeviation);
        Precision precision = words.Contains(Mixed) ? Precision.Mixed : Precision.Full;
        GenerationOptions drawn = new() { MaxTokens = length, Seed = 1, Precision = precision };
        GenerationOptions greedy = new() { MaxTokens = length / 4, Temperature = 0, Precision = precision };
        return new(
            () => generator.Generate(Alphabet[..1], drawn),
            () => [new("tokens", [.. talkative.Generate(Alphabet[..1], greedy).Select(character => (float)Alphabet.IndexOf(character))])]);

        TextGenerator Generator(double deviation) => new(GptTraining.Model(size, deviation), CharacterTokenizer.Train([Alphabet]));
    }

    /// <summary>With weights in bfloat16; theirs round all that is computed too, and so may write another text.</summary>
    private Row Rounded(GptSize size) =>
        new($"{size.Name}, mixed precision", $"{Name} {size.Name} {Length} {Mixed}", new Way(Tolerance: 1, "bfloat16", "bfloat16"))
        {
            Times = Length,
            IsMixed = true,
        };

    private Row Compared(GptSize size) => new(size.Name, $"{Name} {size.Name} {Length}", new Way(Tolerance: 0))
    {
        Times = Length,
        // of a token, all weights and half a context of keys and values
        Operations = Length * 2 * size.Weights,
        BytesRead = Length * 4 * (size.Weights + (size.Layers * size.Context * (double)size.Width)),
    };
}
