namespace Crucible.Text;

/// <summary>Keeps the likeliest partial continuations, step by step, until none of them can overtake the finished ones.</summary>
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

    internal readonly record struct Found(int[] Tokens, double LogProbability, double Score);

    private readonly record struct Step(int Parent, int Token, double LogProbability);

    private sealed record Partial(SlidingSequence Sequence, double LogProbability);

    /// <summary>Searches from a prompt; the best come first, of equals the one found first.</summary>
    internal Found[] Run(SlidingSequence prompt)
    {
        int promptLength = prompt.Tokens.Count;
        List<Found> finished = [];
        List<Partial> partials = [new(prompt, 0)];
        for (int length = 1; length <= options.MaxTokens && partials.Count > 0 && !options.Cancellation.IsCancellationRequested; length++)
        {
            Step[] steps = Best(partials);
            List<Partial> next = [];
            foreach (Step step in steps)
            {
                SlidingSequence parent = partials[step.Parent].Sequence;
                if (options.StopTokens.Contains(step.Token)) finished.Add(Finish(parent, promptLength, step.LogProbability, length));
                else if (next.Count < options.Width)
                {
                    SlidingSequence sequence = parent.Fork();
                    sequence.Add(step.Token);
                    next.Add(new(sequence, step.LogProbability));
                }
            }

            partials = next;
            if (IsDecided(finished, partials)) break;
        }

        if (finished.Count < options.Width)
        {
            finished.AddRange(partials.Select(partial =>
                Finish(partial.Sequence, promptLength, partial.LogProbability, partial.Sequence.Tokens.Count - promptLength)));
        }

        return [.. finished.OrderByDescending(found => found.Score).Take(options.Width)];
    }

    /// <summary>
    /// The likeliest next tokens over all partial continuations: enough of them that as many as the search is wide do
    /// not end.
    /// </summary>
    private Step[] Best(List<Partial> partials)
    {
        int wanted = options.Width + Math.Min(options.StopTokens.Count * partials.Count, options.Width);
        PriorityQueue<Step, (double, int, int)> best = new(); // the least likely first, of equals the one that comes last
        for (int parent = 0; parent < partials.Count; parent++)
        {
            ReadOnlySpan<float> logits = partials[parent].Sequence.NextLogits();
            double normalizer = partials[parent].LogProbability - LogSumExp(logits);
            for (int token = 0; token < logits.Length; token++)
            {
                double logProbability = normalizer + logits[token];
                (double, int, int) priority = (logProbability, -parent, -token);
                if (best.Count < wanted) best.Enqueue(new(parent, token, logProbability), priority);
                else if (best.TryPeek(out _, out (double, int, int) least) && priority.CompareTo(least) > 0)
                    best.EnqueueDequeue(new(parent, token, logProbability), priority);
            }
        }

        Step[] steps = new Step[best.Count];
        for (int place = steps.Length - 1; place >= 0; place--) steps[place] = best.Dequeue();
        return steps;
    }

    /// <summary>
    /// Whether no partial continuation can still score better than the worst of enough finished ones: at best it gets
    /// longer at no cost.
    /// </summary>
    private bool IsDecided(List<Found> finished, List<Partial> partials)
    {
        if (finished.Count < options.Width) return false;
        double worst = finished.Select(found => found.Score).OrderDescending().ElementAt(options.Width - 1);
        return partials.All(partial => Score(partial.LogProbability, options.MaxTokens) <= worst);
    }

    private Found Finish(SlidingSequence sequence, int promptLength, double logProbability, int length) =>
        new([.. sequence.Tokens.Skip(promptLength)], logProbability, Score(logProbability, length));

    private double Score(double logProbability, int length) => logProbability / Math.Pow((5.0 + length) / 6.0, options.LengthPenalty);

    private static double LogSumExp(ReadOnlySpan<float> logits)
    {
        double greatest = double.NegativeInfinity, sum = 0;
        for (int token = 0; token < logits.Length; token++)
        {
            if (!float.IsFinite(logits[token])) throw Errors.NonFiniteLogit(token, logits[token]);
            greatest = Math.Max(greatest, logits[token]);
        }

        foreach (float logit in logits) sum += Math.Exp(logit - greatest);
        return greatest + Math.Log(sum);
    }
}

/// <summary>How a beam search works: <c>BeamSearchOptions(Width = 4, LengthPenalty = 0.6)</c>.</summary>
public sealed class BeamSearchOptions
{
    /// <summary>How many continuations are kept at every step, 1 or more; 1 is greedy.</summary>
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
public sealed record Beam(string Text, IReadOnlyList<int> Tokens, double LogProbability, double Score);
