namespace Crucible.Optimizers;

/// <summary>
/// A learning rate that falls when the observed loss stops improving. After each evaluation: <c>plateau.Observe loss</c>, then
/// <c>optimizer.LearningRate &lt;- plateau.Rate</c>.
/// </summary>
public sealed class ReduceOnPlateau
{
    private static readonly string[] StateNames = ["rate", "best", "waited", "cooling"];

    private readonly PlateauOptions options;
    private double best = double.PositiveInfinity;
    private int waited;
    private int cooling;

    /// <summary>Begins at a rate.</summary>
    /// <param name="rate">The first rate, above 0.</param>
    /// <param name="options">When and how far it falls.</param>
    /// <exception cref="OptionException">A number is out of range.</exception>
    public ReduceOnPlateau(double rate, PlateauOptions? options = null)
    {
        this.options = options ??= new();
        Rate = double.IsFinite(rate) && rate > 0.0 ? rate : throw Option("rate", "above 0", rate);
        if (options.Factor is not (> 0.0 and < 1.0)) throw Option("factor", "above 0 and below 1", options.Factor);
        if (options.Patience < 0) throw Option("patience", "0 or more", options.Patience);
        if (options.Threshold is not (>= 0.0 and < 1.0)) throw Option("threshold", "at least 0 and below 1", options.Threshold);
        if (options.Cooldown < 0) throw Option("cooldown", "0 or more", options.Cooldown);
        if (!(double.IsFinite(options.MinimumRate) && options.MinimumRate >= 0.0)) throw Option("minimumRate", "0 or more", options.MinimumRate);
    }

    /// <summary>The rate to use now.</summary>
    public double Rate { get; private set; }

    /// <summary>Takes note of a loss; a NaN is no improvement.</summary>
    /// <param name="loss">The loss of an evaluation.</param>
    public void Observe(double loss)
    {
        if (loss < best * (1.0 - options.Threshold)) (best, waited) = (loss, 0);
        else waited++;
        if (cooling > 0)
        {
            cooling--;
            waited = 0;
        }

        if (waited <= options.Patience) return;
        Rate = Math.Max(Rate * options.Factor, Math.Min(Rate, options.MinimumRate));
        (cooling, waited) = (options.Cooldown, 0);
    }

    /// <summary>What must be saved to go on as if never stopped.</summary>
    /// <returns>Named numbers.</returns>
    public IReadOnlyDictionary<string, double> SaveState() =>
        new Dictionary<string, double> { ["rate"] = Rate, ["best"] = best, ["waited"] = waited, ["cooling"] = cooling };

    /// <summary>Goes on where a saved one stopped.</summary>
    /// <param name="state">What <see cref="SaveState"/> gave.</param>
    /// <exception cref="CheckpointException">A number is missing, left over or impossible; nothing was changed.</exception>
    public void RestoreState(IReadOnlyDictionary<string, double> state)
    {
        var (missing, surplus) = (StateNames.Except(state.Keys).ToArray(), state.Keys.Except(StateNames).ToArray());
        if (missing.Length + surplus.Length > 0) throw Errors.StateNames("reduceOnPlateau", "numbers", missing, surplus);
        if (!(double.IsFinite(state["rate"]) && state["rate"] >= 0.0)) throw Errors.StateNumber("reduceOnPlateau", "rate", "0 or more", state["rate"]);
        if (double.IsNaN(state["best"])) throw Errors.StateNumber("reduceOnPlateau", "best", "a number", state["best"]);
        foreach (var name in (string[])["waited", "cooling"])
            if (!(state[name] >= 0.0 && state[name] <= int.MaxValue && state[name] == Math.Truncate(state[name]))) throw Errors.StateNumber("reduceOnPlateau", name, "a whole number, 0 or more", state[name]);
        (Rate, best, waited, cooling) = (state["rate"], state["best"], (int)state["waited"], (int)state["cooling"]);
    }

    private static OptionException Option(string name, string mustBe, double value) => Errors.Option("reduceOnPlateau", name, mustBe, value);
}

/// <summary>Options of <see cref="ReduceOnPlateau"/>; the defaults are PyTorch's.</summary>
public sealed class PlateauOptions
{
    /// <summary>What a reduction multiplies the rate by, above 0 and below 1.</summary>
    public double Factor { get; init; } = 0.1;

    /// <summary>How many observations without improvement are borne before the rate falls, 0 or more.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>The part of the best loss by which a loss must lie below it to count as better, at least 0 and below 1.</summary>
    public double Threshold { get; init; } = 1e-4;

    /// <summary>How many observations after a reduction are not judged, 0 or more.</summary>
    public int Cooldown { get; init; }

    /// <summary>The rate never falls below this, 0 or more.</summary>
    public double MinimumRate { get; init; }
}
