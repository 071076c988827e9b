using Crucible.Tensors;

namespace Crucible.Text;

/// <summary>Chooses the next token from logits under the restrictions of <see cref="GenerationOptions"/>.</summary>
public sealed class TokenSampler
{
    private readonly GenerationOptions options;
    private readonly Generator generator;
    private double[] scores = [];
    private int[] ids = [];

    /// <summary>Makes a sampler.</summary>
    /// <param name="options">The restrictions.</param>
    /// <param name="generator">The random generator: one number per token, none when greedy.</param>
    /// <exception cref="OptionException">A restriction is out of range.</exception>
    public TokenSampler(GenerationOptions options, Generator generator)
    {
        Require(nameof(options.MaxTokens), options.MaxTokens, options.MaxTokens >= 0, "0 or more");
        Require(nameof(options.Temperature), options.Temperature, options.Temperature >= 0 && double.IsFinite(options.Temperature),
            "0 or more");
        Require(nameof(options.TopK), options.TopK, options.TopK >= 0, "0 or more");
        Require(nameof(options.TopP), options.TopP, options.TopP is > 0 and <= 1, "above 0 and at most 1");
        Require(nameof(options.MinP), options.MinP, options.MinP is >= 0 and <= 1, "from 0 to 1");
        Require(nameof(options.RepetitionPenalty), options.RepetitionPenalty,
            options.RepetitionPenalty > 0 && double.IsFinite(options.RepetitionPenalty), "above 0");
        Require(nameof(options.RepetitionWindow), options.RepetitionWindow, options.RepetitionWindow >= 0, "0 or more");
        if (options.StopStrings.Any(text => text.Length == 0))
            throw Errors.Option("generation", nameof(options.StopStrings), "texts that are not empty", "''");
        (this.options, this.generator) = (options, generator);
    }

    /// <summary>The next token.</summary>
    /// <param name="logits">The model's logits [V], finite.</param>
    /// <param name="history">The tokens so far, for the repetition penalty.</param>
    /// <returns>An id, 0 … V - 1.</returns>
    /// <exception cref="NonFiniteException">A logit is NaN or infinite.</exception>
    public int Next(ReadOnlySpan<float> logits, IReadOnlyList<int> history)
    {
        int count = Restrict(logits, history);
        if (count == 1) return ids[0];
        double drawn = generator.NextDouble();
        for (int place = 0; place < count - 1; place++)
        {
            drawn -= scores[place];
            if (drawn < 0) return ids[place];
        }

        return ids[count - 1];
    }

    /// <summary>The candidate tokens and their probabilities, likeliest first.</summary>
    /// <param name="logits">The model's logits [V], finite.</param>
    /// <param name="history">The tokens so far, for the repetition penalty.</param>
    /// <exception cref="NonFiniteException">A logit is NaN or infinite.</exception>
    public IReadOnlyList<(int Token, double Probability)> Candidates(ReadOnlySpan<float> logits, IReadOnlyList<int> history)
    {
        int count = Restrict(logits, history);
        (int Token, double Probability)[] candidates = new (int, double)[count];
        for (int place = 0; place < count; place++) candidates[place] = (ids[place], scores[place]);
        return [.. candidates.OrderByDescending(candidate => candidate.Probability).ThenBy(candidate => candidate.Token)];
    }

    /// <summary>
    /// Leaves the ids that may come in <see cref="ids"/> and their probabilities in <see cref="scores"/>, and says how
    /// many.
    /// </summary>
    private int Restrict(ReadOnlySpan<float> logits, IReadOnlyList<int> history)
    {
        Load(logits);
        Penalize(history);
        if (options.Temperature == 0)
        {
            ids[0] = Likeliest(logits.Length);
            scores[0] = 1;
            return 1;
        }

        int count = logits.Length;
        bool isSorted = options.TopK > 0 && options.TopK < count;
        if (isSorted)
        {
            Sort(count);
            count = options.TopK;
        }

        Normalize(count, options.Temperature);
        if (options.TopP < 1) count = Nucleus(count, isSorted);
        return options.MinP > 0 ? WithoutUnlikely(count, options.MinP) : count;
    }

    private void Load(ReadOnlySpan<float> logits)
    {
        if (scores.Length < logits.Length) (scores, ids) = (new double[logits.Length], new int[logits.Length]);
        for (int id = 0; id < logits.Length; id++)
        {
            if (!float.IsFinite(logits[id])) throw Errors.NonFiniteLogit(id, logits[id]);
            scores[id] = logits[id];
            ids[id] = id;
        }
    }

    private void Penalize(IReadOnlyList<int> history)
    {
        if (options.RepetitionPenalty == 1) return;
        HashSet<int> recent = [];
        for (int place = Math.Max(0, history.Count - options.RepetitionWindow); place < history.Count; place++)
        {
            int id = history[place];
            if (recent.Add(id))
                scores[id] = scores[id] > 0 ? scores[id] / options.RepetitionPenalty : scores[id] * options.RepetitionPenalty;
        }
    }

    private int Likeliest(int count)
    {
        int best = 0;
        for (int id = 1; id < count; id++)
            if (scores[id] > scores[best]) best = id;
        return best;
    }

    /// <summary>Sorts by falling score, equals by rising id.</summary>
    private void Sort(int count)
    {
        Span<int> tokens = ids.AsSpan(0, count);
        double[] keys = scores.AsSpan(0, count).ToArray();
        int[] order = [.. Enumerable.Range(0, count)];
        int[] ofPlace = tokens.ToArray();
        Array.Sort(order, (a, b) => keys[a] != keys[b] ? keys[b].CompareTo(keys[a]) : ofPlace[a].CompareTo(ofPlace[b]));
        for (int place = 0; place < count; place++) (scores[place], ids[place]) = (keys[order[place]], ofPlace[order[place]]);
    }

    /// <summary>softmax(scores / temperature) over the first ones.</summary>
    private void Normalize(int count, double temperature)
    {
        Span<double> values = scores.AsSpan(0, count);
        double greatest = double.NegativeInfinity, sum = 0;
        foreach (double value in values) greatest = Math.Max(greatest, value);
        foreach (ref double value in values) sum += value = Math.Exp((value - greatest) / temperature);
        foreach (ref double value in values) value /= sum;
    }

    private int Nucleus(int count, bool isSorted)
    {
        if (!isSorted)
        {
            // Tokens below (1 - p) / count have less than 1 - p together: the rest holds the nucleus, and only it need
            // be sorted.
            count = Keep(count, (1 - options.TopP) / count);
            Sort(count);
        }

        double sum = 0;
        int kept = 0;
        while (kept < count && sum < options.TopP) sum += scores[kept++];
        return Rescale(kept);
    }

    private int WithoutUnlikely(int count, double part)
    {
        double greatest = 0;
        for (int place = 0; place < count; place++) greatest = Math.Max(greatest, scores[place]);
        return Rescale(Keep(count, part * greatest));
    }

    /// <summary>Moves those with at least this probability to the front, in their order.</summary>
    private int Keep(int count, double least)
    {
        int kept = 0;
        for (int place = 0; place < count; place++)
            if (scores[place] >= least) (scores[kept], ids[kept++]) = (scores[place], ids[place]);
        return kept;
    }

    private int Rescale(int count)
    {
        double sum = 0;
        for (int place = 0; place < count; place++) sum += scores[place];
        for (int place = 0; place < count; place++) scores[place] /= sum;
        return count;
    }

    private static void Require(string name, object value, bool isMet, string mustBe)
    {
        if (!isMet) throw Errors.Option("generation", name, mustBe, value);
    }
}
