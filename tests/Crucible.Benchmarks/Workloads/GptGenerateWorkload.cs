using System.Globalization;
using Crucible.Benchmarks.Measuring;
using Crucible.Text;

namespace Crucible.Benchmarks.Workloads;

/// <summary>
/// Text generated in a full context, as a script does it, against nanoGPT's way, which computes the whole context anew
/// for every token.
/// </summary>
internal sealed class GptGenerateWorkload : IWorkload
{
    private const double Target = 5;
    private const double TokensPerSecondTarget = 2000; // of the small model

    /// <inheritdoc/>
    public string Name => "gpt-generate";

    /// <inheritdoc/>
    public string Summary => "a token of nanoGPT's models, with the cache of keys and values, in a full context";

    /// <inheritdoc/>
    public void Run(Bench bench)
    {
        Table table = new("a token of a text longer than the context", 24);
        foreach (GptSize size in bench.IsQuick ? [GptSize.Small] : new[] { GptSize.Small, GptSize.Large })
        {
            int tokens = 2 * size.Context;
            Action text = Text(size, tokens);
            double seconds = size == GptSize.Small ? 0 : 0.3;
            Add(
                bench.CompareOneThread($"{size.Name}, 1 thread", text, $"gpt-generate {size.Name}", Target, seconds: seconds),
                size,
                tokens);
            if (Environment.ProcessorCount >= 2)
                Add(bench.CompareTwoThreads($"{size.Name}, 2 threads", text, $"gpt-generate {size.Name}", Target, seconds), size, tokens);
        }

        table.WriteSummary();

        void Add(Comparison texts, GptSize size, int tokens)
        {
            double[] each = [.. texts.Ours.Select(seconds => seconds / tokens)];
            double rate = 1 / Timings.Median(each);
            string verdict = size != GptSize.Small
                ? ""
                : rate >= TokensPerSecondTarget ? $", target {TokensPerSecondTarget}: met" : $", target {TokensPerSecondTarget}: MISSED";
            table.Add(new(
                texts.Name,
                each,
                texts.Theirs,
                texts.Target,
                texts.Setting,
                string.Create(CultureInfo.InvariantCulture, $"{rate:0} tokens/s{verdict}")));
        }
    }

    /// <summary>Makes tokens from a prompt that fills the context.</summary>
    private static Action Text(GptSize size, int tokens)
    {
        string alphabet = string.Concat(Enumerable.Range(0, GptSize.Vocabulary).Select(index => (char)(' ' + index)));
        TextGenerator generator = new(size.CreateModel(), CharacterTokenizer.Train([alphabet]));
        string prompt = string.Concat(Enumerable.Repeat(alphabet, 1 + (size.Context / alphabet.Length)))[..size.Context];
        GenerationOptions options = new() { MaxTokens = tokens, Seed = 1 };
        return () => generator.Generate(prompt, options);
    }
}
