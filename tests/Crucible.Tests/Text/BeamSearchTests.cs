using Crucible.Text;
using Xunit;

namespace Crucible.Tests.Text;

public sealed class BeamSearchTests
{
    private const double Rounding = 1e-9; // sums of a few logarithms
    private const int Size = 3;
    private const int End = 2;
    private const int Longest = 5;

    private static readonly MarkovModel Model = new(Size, 100);

    private static BeamSearch.Found[] Run(BeamSearchOptions options) =>
        new BeamSearch(options).Run(new SlidingState(Model, rows: 1, usesCache: true), [0, 1])[0];

    private static double LogProbability(IEnumerable<int> context, int token)
    {
        float[] logits = Model.LogitsAfter(context);
        double greatest = logits.Max();
        return logits[token] - greatest - Math.Log(logits.Sum(logit => Math.Exp(logit - greatest)));
    }

    /// <summary>Every continuation that ends with the end token or is as long as allowed, with its score.</summary>
    private static IEnumerable<(int[] Tokens, double Score)> All(double penalty, int[] made, double logProbability)
    {
        for (int token = 0; token < Size; token++)
        {
            double sum = logProbability + LogProbability([0, 1, .. made], token);
            int[] longer = token == End ? made : [.. made, token];
            if (token == End || longer.Length == Longest) yield return (longer, sum / Math.Pow((5.0 + made.Length + 1) / 6.0, penalty));
            else foreach ((int[] Tokens, double Score) further in All(penalty, longer, sum)) yield return further;
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.6)]
    [InlineData(2.0)]
    public void Run_WideEnough_FindsTheBestOfAll(double penalty)
    {
        (int[] Tokens, double Score)[] all = [.. All(penalty, [], 0).OrderByDescending(found => found.Score)];

        BeamSearch.Found[] found = Run(new() { Width = 100, MaxTokens = Longest, LengthPenalty = penalty, StopTokens = [End] });

        Assert.Equal(all.Length, found.Length);
        for (int place = 0; place < all.Length; place++)
        {
            Assert.Equal(all[place].Tokens, found[place].Tokens);
            Assert.Equal(all[place].Score, found[place].Score, Rounding);
        }
    }

    [Fact]
    public void Run_WidthOne_IsGreedy()
    {
        List<int> greedy = [];
        for (int made = 0; made < 20; made++)
        {
            float[] logits = Model.LogitsAfter([0, 1, .. greedy]);
            greedy.Add(Array.IndexOf(logits, logits.Max()));
        }

        Assert.Equal(greedy, Run(new() { Width = 1, MaxTokens = 20 }).Single().Tokens);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(2.0)] // a penalty under which a longer text than the greedy one would score better
    public void Run_WidthOneWithAnEnd_IsGreedy(double penalty)
    {
        for (int first = 0; first < 20; first++)
        {
            List<int> greedy = [];
            for (int token = 0; token != End && greedy.Count < 20; greedy.Add(token))
            {
                float[] logits = Model.LogitsAfter([first, .. greedy]);
                token = Array.IndexOf(logits, logits.Max());
                if (token == End) break;
            }

            BeamSearch search = new(new() { Width = 1, MaxTokens = 20, LengthPenalty = penalty, StopTokens = [End] });
            Assert.Equal(greedy, search.Run(new SlidingState(Model, rows: 1, usesCache: true), [first])[0].Single().Tokens);
        }
    }

    [Fact]
    public void Run_ManyPrompts_FindsForEachWhatItFindsAlone()
    {
        BeamSearchOptions options = new() { Width = 3, MaxTokens = 12, StopTokens = [End] };
        int[][] prompts = [.. Enumerable.Range(0, 9).Select(i => new[] { i / 3, i % 3 })];
        int[] limits = [.. Enumerable.Range(0, 9).Select(i => 4 + i)];

        BeamSearch.Found[][] together =
            new BeamSearch(options).Run(new SlidingState(Model, 9, usesCache: true), [.. prompts.SelectMany(prompt => prompt)], limits);

        for (int i = 0; i < prompts.Length; i++)
        {
            BeamSearch.Found[] alone = new BeamSearch(options).Run(new SlidingState(Model, 1, usesCache: true), prompts[i], [limits[i]])[0];
            Assert.Equal(alone.Select(found => found.Score), together[i].Select(found => found.Score));
            Assert.Equal(alone.Select(found => string.Join(' ', found.Tokens)), together[i].Select(found => string.Join(' ', found.Tokens)));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_BeyondTheContext_FindsTheSameWithAndWithoutAKeptState(bool usesCache)
    {
        MarkovModel shortSighted = new(Size, 6);
        BeamSearch search = new(new() { Width = 3, MaxTokens = 20 });

        BeamSearch.Found[] found = search.Run(new SlidingState(shortSighted, 1, usesCache), [0, 1])[0];

        // Token by token over the part of the text that the model sees: its later half whenever six tokens are full.
        double sum = 0;
        (List<int> tokens, int start) = ([0, 1], 0);
        foreach (int token in found[0].Tokens)
        {
            if (tokens.Count - start > 6) start = tokens.Count - 3;
            float[] logits = shortSighted.LogitsAfter(tokens[start..]);
            sum += logits[token] - Math.Log(logits.Sum(logit => Math.Exp(logit)));
            tokens.Add(token);
        }

        Assert.Equal(sum, found[0].LogProbability, Rounding);
        Assert.Equal(found[0].LogProbability, found[0].TokenLogProbabilities.Sum(), Rounding);
    }

    [Fact]
    public void Run_Wider_IsAtLeastAsLikelyHere()
    {
        double one = Run(new() { Width = 1, MaxTokens = 10, LengthPenalty = 0 })[0].LogProbability;
        double eight = Run(new() { Width = 8, MaxTokens = 10, LengthPenalty = 0 })[0].LogProbability;

        Assert.True(eight >= one);
    }

    [Fact]
    public void BeamSearch_OfTexts_DecodesAndOrders()
    {
        BytePairTokenizer bytes = BytePairTokenizer.Train([], new() { VocabularySize = 256 });

        IReadOnlyList<Beam> beams =
            new TextGenerator(new MarkovModel(256, 8), bytes).BeamSearch("KING:", new() { Width = 3, MaxTokens = 12 });

        Assert.Equal(3, beams.Count);
        Assert.All(beams, beam => Assert.Equal(12, beam.Tokens.Count));
        Assert.Equal(beams.OrderByDescending(beam => beam.Score), beams);
        Assert.Equal(bytes.Decode(beams[0].Tokens), beams[0].Text);
    }

    [Fact]
    public void New_WrongOption_SaysWhich()
    {
        static string Message(BeamSearchOptions options) => Assert.Throws<OptionException>(() => new BeamSearch(options)).Message;

        Assert.Equal("beam search: Width must be 1 or more, but is 0", Message(new() { Width = 0 }));
        Assert.Equal("beam search: MaxTokens must be 1 or more, but is 0", Message(new() { MaxTokens = 0 }));
        Assert.Equal("beam search: LengthPenalty must be 0 or more, but is -1", Message(new() { LengthPenalty = -1 }));
        Assert.Equal("beam search: LengthPenalty must be 0 or more, but is NaN", Message(new() { LengthPenalty = double.NaN }));
    }
}
