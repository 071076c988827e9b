using System.Runtime.InteropServices;
using Crucible.Models;

namespace Crucible.Text;

/// <summary>
/// Keeps the likeliest partial continuations of some sequences, step by step, until none of them can overtake the
/// finished ones. Each step takes as many of the likeliest tokens as the search is wide: those that end are finished,
/// the others go on; so a search of width 1 is greedy.
/// </summary>
internal sealed class BeamSearch
{
    private readonly BeamSearchOptions options;

    internal BeamSearch(BeamSearchOptions options)
    {
        if (options.Width < 1) throw Errors.Option("beam search", nameof(options.Width), "1 or more", options.Width);
        if (options.MaxTokens < 1) throw Errors.Option("beam search", nameof(options.MaxTokens), "1 or more", options.MaxTokens);
        if (!(options.LengthPenalty >= 0) || double.IsInfinity(options.LengthPenalty))
            throw Errors.Option("beam search", nameof(options.LengthPenalty), "0 or more", options.LengthPenalty);
        this.options = options;
    }

    /// <summary>A continuation; its last token's logarithm is that of the end where it has one more than tokens.</summary>
    internal readonly record struct Found(int[] Tokens, double[] TokenLogProbabilities, double LogProbability, double Score)
    {
        internal Beam ToBeam(Func<IEnumerable<int>, string> decode) =>
            new(decode(Tokens), Tokens, LogProbability, Score, [.. TokenLogProbabilities.Select(Math.Exp)]);
    }

    private readonly record struct Step(int Parent, int Token, double TokenLogProbability, double LogProbability);

    /// <summary>A continuation so far: the one it goes on from, and its last token.</summary>
    private sealed record Partial(Partial? Parent, int Token, double TokenLogProbability, double LogProbability);

    /// <summary>Searches from prompts; of each the best come first, of equals the one found first.</summary>
    /// <param name="state">As many rows, empty so far.</param>
    /// <param name="prompts">Equally many tokens for each row, 1 or more, row after row.</param>
    /// <param name="limits">The largest number of tokens to generate for each row, at most that of the options; null for that.</param>
    internal Found[][] Run(IDecodingState state, ReadOnlySpan<int> prompts, IReadOnlyList<int>? limits = null)
    {
        Sequence[] sequences = [.. Enumerable.Range(0, state.Rows)
            .Select(row => new Sequence(options, Math.Min(options.MaxTokens, limits?[row] ?? int.MaxValue)))];
        ReadOnlySpan<float> logits = state.Append(prompts);
        List<int> rows = [], tokens = [];
        while (!options.Cancellation.IsCancellationRequested)
        {
            rows.Clear();
            tokens.Clear();
            (int size, int first) = (logits.Length / state.Rows, 0);
            double[] logSums = LogSums(logits, state.Rows);
            foreach (Sequence sequence in sequences.Where(sequence => !sequence.IsOver))
            {
                int count = sequence.Partials;
                foreach ((int parent, int token) in sequence.Next(logits.Slice(first * size, count * size), logSums.AsSpan(first, count)))
                {
                    rows.Add(first + parent);
                    tokens.Add(token);
                }

                first += count;
            }

            if (rows.Count == 0) break;
            state.Select(CollectionsMarshal.AsSpan(rows));
            logits = state.Append(CollectionsMarshal.AsSpan(tokens));
        }

        return [.. sequences.Select(sequence => sequence.Best())];
    }

    /// <summary>The search for the continuations of one prompt.</summary>
    private sealed class Sequence(BeamSearchOptions options, int limit)
    {
        private readonly List<Found> finished = [];
        private readonly PriorityQueue<Step, (double, int, int)> best = new(); // the least likely first, of equals the last
        private List<Partial> partials = [new(null, -1, 0, 0)];
        private int length;

        /// <summary>The number of continuations that go on.</summary>
        public int Partials => partials.Count;

        public bool IsOver { get; private set; }

        /// <summary>Takes the next step.</summary>
        /// <param name="logits">The logits [partials · V].</param>
        /// <param name="logSums">ln Σ eˣ of those of each partial.</param>
        /// <returns>Which partials go on with which tokens.</returns>
        public IEnumerable<(int Parent, int Token)> Next(ReadOnlySpan<float> logits, ReadOnlySpan<double> logSums)
        {
            length++;
            List<Partial> next = [];
            List<(int Parent, int Token)> steps = [];
            foreach (Step step in Likeliest(logits, logSums))
            {
                Partial partial = new(partials[step.Parent], step.Token, step.TokenLogProbability, step.LogProbability);
                if (options.StopTokens.Contains(step.Token)) finished.Add(Finish(partial, isEnded: true));
                else
                {
                    next.Add(partial);
                    steps.Add((step.Parent, step.Token));
                }
            }

            partials = next;
            IsOver = partials.Count == 0 || length == limit || IsDecided();
            return IsOver ? [] : steps;
        }

        /// <summary>The best continuations; those that did not end count where too few did.</summary>
        public Found[] Best()
        {
            if (finished.Count < options.Width) finished.AddRange(partials.Select(partial => Finish(partial, isEnded: false)));
            return [.. finished.OrderByDescending(found => found.Score).Take(options.Width)];
        }

        /// <summary>The likeliest next tokens over all partial continuations, the likeliest first.</summary>
        private Step[] Likeliest(ReadOnlySpan<float> logits, ReadOnlySpan<double> logSums)
        {
            int size = logits.Length / partials.Count;
            double least = double.NegativeInfinity; // what a step must exceed
            for (int parent = 0; parent < partials.Count; parent++)
            {
                ReadOnlySpan<float> own = logits.Slice(parent * size, size);
                double normalizer = partials[parent].LogProbability - logSums[parent];
                for (int token = 0; token < own.Length; token++)
                {
                    double logProbability = normalizer + own[token];
                    if (best.Count == options.Width && logProbability <= least) continue;
                    Step step = new(parent, token, own[token] - logSums[parent], logProbability);
                    if (best.Count < options.Width) best.Enqueue(step, (logProbability, -parent, -token));
                    else best.EnqueueDequeue(step, (logProbability, -parent, -token));
                    least = best.Peek().LogProbability;
                }
            }

            Step[] steps = new Step[best.Count];
            for (int place = steps.Length - 1; place >= 0; place--) steps[place] = best.Dequeue();
            return steps;
        }

        /// <summary>
        /// Whether no partial continuation can still score better than the worst of enough finished ones: at best it
        /// gets longer at no cost.
        /// </summary>
        private bool IsDecided()
        {
            if (finished.Count < options.Width) return false;
            double worst = finished.Select(found => found.Score).OrderDescending().ElementAt(options.Width - 1);
            return partials.All(partial => Score(partial.LogProbability, limit) <= worst);
        }

        private Found Finish(Partial last, bool isEnded)
        {
            List<int> tokens = [];
            List<double> logProbabilities = [];
            for (Partial partial = last; partial.Parent is { } parent; partial = parent)
            {
                tokens.Add(partial.Token);
                logProbabilities.Add(partial.TokenLogProbability);
            }

            tokens.Reverse();
            logProbabilities.Reverse();
            double score = Score(last.LogProbability, tokens.Count);
            if (isEnded) tokens.RemoveAt(tokens.Count - 1);
            return new([.. tokens], [.. logProbabilities], last.LogProbability, score);
        }

        private double Score(double logProbability, int tokens) =>
            logProbability / Math.Pow((5.0 + tokens) / 6.0, options.LengthPenalty);
    }

    /// <summary>ln Σ eˣ of the logits of each row.</summary>
    private static double[] LogSums(ReadOnlySpan<float> logits, int rows)
    {
        (double[] exact, int size) = (new double[logits.Length], logits.Length / rows);
        for (int i = 0; i < exact.Length; i++)
            exact[i] = float.IsFinite(logits[i]) ? logits[i] : throw Errors.NonFiniteLogit(i % size, logits[i]);
        double[] sums = new double[rows];
        Kernels.Softmax.LogSumExp<double>(exact, rows, size, sums);
        return sums;
    }
}

/// <summary>How a beam search works: <c>BeamSearchOptions(Width = 4, LengthPenalty = 0.6)</c>.</summary>
public sealed class BeamSearchOptions
{
    /// <summary>How many continuations are taken at every step, 1 or more; 1 is greedy.</summary>
    public int Width { get; init; } = 4;

    /// <summary>The largest number of tokens to generate, 1 or more.</summary>
    public int MaxTokens { get; init; } = 100;

    /// <summary>
    /// α of the score log P / ((5 + length) / 6)^α (Wu et al. 2016, §7): 0 compares probabilities, which favours short
    /// texts; larger favours longer ones. 0 or more.
    /// </summary>
    public double LengthPenalty { get; init; } = 0.6;

    /// <summary>
    /// Tokens that end a continuation and are not part of its text; without them all continuations have
    /// <see cref="MaxTokens"/> tokens.
    /// </summary>
    public IReadOnlyList<int> StopTokens { get; init; } = [];

    /// <summary>Ends the search early; the best continuations so far are the result.</summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>One continuation that a beam search found.</summary>
/// <param name="Text">The continuation as text.</param>
/// <param name="Tokens">Its tokens, without the one that ended it.</param>
/// <param name="LogProbability">The sum of the natural logarithms of its tokens' probabilities, including the token that ended it.</param>
/// <param name="Score">What the search ranks by: log P with the length penalty.</param>
/// <param name="TokenProbabilities">
/// The probability of each token given those before it, and at last that of the token that ended the text, if one did.
/// </param>
public sealed record Beam(
    string Text, IReadOnlyList<int> Tokens, double LogProbability, double Score, IReadOnlyList<double> TokenProbabilities);
