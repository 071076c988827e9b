using static System.FormattableString;

namespace Crucible.Optimizers;

/// <summary>
/// A learning rate for every step, counted from 0: a pure function, so that a resumed run goes on as if never stopped.
/// Use it as <c>optimizer.LearningRate &lt;- schedule.At(optimizer.StepCount)</c> before each step. A step may as well
/// be an epoch.
/// </summary>
/// <param name="at">The rate at a step; custom schedules are <c>Schedule(fun step -&gt; 0.1 / sqrt (float (step + 1)))</c>.</param>
public sealed class Schedule(Func<int, double> at)
{
    /// <summary>The same rate at all steps.</summary>
    /// <param name="rate">Above 0.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="OptionException">The rate is out of range.</exception>
    public static Schedule Constant(double rate)
    {
        AboveZero("constant", nameof(rate), rate);
        return new(_ => rate);
    }

    /// <summary>rate·factor^⌊step / every⌋: falls at once every so many steps.</summary>
    /// <param name="rate">The first rate, above 0.</param>
    /// <param name="every">Steps between falls, 1 or more.</param>
    /// <param name="factor">What a fall multiplies by, above 0.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="OptionException">An argument is out of range.</exception>
    public static Schedule Step(double rate, int every, double factor = 0.1)
    {
        AboveZero("step", nameof(rate), rate);
        AtLeastOne("step", nameof(every), every);
        AboveZero("step", nameof(factor), factor);
        return new(step => rate * Math.Pow(factor, step / every));
    }

    /// <summary>rate·factor^step: falls by the same ratio every step.</summary>
    /// <param name="rate">The first rate, above 0.</param>
    /// <param name="factor">What each step multiplies by, above 0.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="OptionException">An argument is out of range.</exception>
    public static Schedule Exponential(double rate, double factor)
    {
        AboveZero("exponential", nameof(rate), rate);
        AboveZero("exponential", nameof(factor), factor);
        return new(step => rate * Math.Pow(factor, step));
    }

    /// <summary>
    /// floor + (rate - floor)·(1 + cos(π·step / steps)) / 2, and the floor from then on. Loshchilov and Hutter 2017,
    /// eq. 5, without restarts.
    /// </summary>
    /// <param name="rate">The first rate, above 0.</param>
    /// <param name="steps">When the floor is reached, 1 or more.</param>
    /// <param name="floor">The last rate, 0 or more.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="OptionException">An argument is out of range.</exception>
    public static Schedule Cosine(double rate, int steps, double floor = 0.0)
    {
        AboveZero("cosine", nameof(rate), rate);
        AtLeastOne("cosine", nameof(steps), steps);
        if (!(floor >= 0.0 && floor <= rate)) throw Errors.Option("cosine", nameof(floor), Invariant($"from 0 to the rate {rate}"), floor);
        return new(step => Anneal(rate, floor, (double)step / steps));
    }

    /// <summary>
    /// Up from peak / 25 to the peak during the first part of the steps, then down to peak / 250000, both along half a
    /// cosine. Smith and Topin 2018, with the cosine form and the defaults of PyTorch's OneCycleLR.
    /// </summary>
    /// <param name="peak">The highest rate, above 0.</param>
    /// <param name="steps">The number of steps; the last one has the lowest rate. 3 or more.</param>
    /// <param name="rise">The part of the steps that rises, above 0 and below 1.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="OptionException">An argument is out of range.</exception>
    public static Schedule OneCycle(double peak, int steps, double rise = 0.3)
    {
        AboveZero("oneCycle", nameof(peak), peak);
        if (steps < 3) throw Errors.Option("oneCycle", nameof(steps), "3 or more", steps);
        double top = (rise * steps) - 1.0;
        if (!(rise < 1.0 && top > 0.0))
            throw Errors.Option("oneCycle", nameof(rise), Invariant($"above 1 / steps = {1.0 / steps} and below 1"), rise);
        return new(step => step <= top
            ? Anneal(peak / 25.0, peak, step / top)
            : Anneal(peak, peak / 250_000.0, (step - top) / (steps - 1 - top)));
    }

    /// <summary>
    /// factor·width^-½·min(n^-½, n·warmUp^-1½) for step n - 1: up in a straight line during the warm-up, then down with the
    /// inverse square root. Vaswani et al. 2017, §5.3; known as Noam's.
    /// </summary>
    /// <param name="width">The model's channels, 1 or more.</param>
    /// <param name="warmUp">The steps that rise, 1 or more; published with 4000.</param>
    /// <param name="factor">What multiplies all rates, above 0.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="OptionException">An argument is out of range.</exception>
    public static Schedule Noam(int width, int warmUp, double factor = 1.0)
    {
        AtLeastOne("noam", nameof(width), width);
        AtLeastOne("noam", nameof(warmUp), warmUp);
        AboveZero("noam", nameof(factor), factor);
        return new(step => factor / Math.Sqrt(width) * Math.Min(1.0 / Math.Sqrt(step + 1.0), (step + 1.0) * Math.Pow(warmUp, -1.5)));
    }

    /// <summary>The rate of a step.</summary>
    /// <param name="step">From 0: <c>optimizer.StepCount</c> before the step.</param>
    /// <returns>The rate.</returns>
    /// <exception cref="OptionException">The step is negative.</exception>
    public double At(int step) => step >= 0 ? at(step) : throw Errors.Option("schedule", nameof(step), "0 or more", step);

    /// <summary>
    /// This schedule after a linear rise: step s &lt; steps has the first rate times (s + 1) / (steps + 1); then this
    /// schedule begins.
    /// </summary>
    /// <param name="steps">The length of the rise, 0 or more.</param>
    /// <returns>The schedule, <paramref name="steps"/> longer.</returns>
    /// <exception cref="OptionException">The length is negative.</exception>
    public Schedule WithWarmUp(int steps)
    {
        if (steps < 0) throw Errors.Option("warmUp", nameof(steps), "0 or more", steps);
        return new(step => step < steps ? at(0) * (step + 1) / (steps + 1) : at(step - steps));
    }

    /// <summary>Half a cosine from start (part 0) to end (part 1 and beyond).</summary>
    private static double Anneal(double start, double end, double part) =>
        end + ((start - end) * (1.0 + Math.Cos(Math.PI * Math.Min(1.0, part))) / 2.0);

    private static void AboveZero(string schedule, string name, double value)
    {
        if (!(double.IsFinite(value) && value > 0.0)) throw Errors.Option(schedule, name, "above 0", value);
    }

    private static void AtLeastOne(string schedule, string name, int value)
    {
        if (value < 1) throw Errors.Option(schedule, name, "1 or more", value);
    }
}

/// <summary>
/// A learning rate that falls when the observed loss stops improving. After each evaluation:
/// <c>plateau.Observe loss</c>, then <c>optimizer.LearningRate &lt;- plateau.Rate</c>.
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
        if (!(double.IsFinite(options.MinimumRate) && options.MinimumRate >= 0.0))
            throw Option("minimumRate", "0 or more", options.MinimumRate);
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
        (string[]? missing, string[]? surplus) = (StateNames.Except(state.Keys).ToArray(), state.Keys.Except(StateNames).ToArray());
        if (missing.Length + surplus.Length > 0) throw Errors.StateNames("reduceOnPlateau", "numbers", missing, surplus);
        if (!(double.IsFinite(state["rate"]) && state["rate"] >= 0.0))
            throw Errors.StateNumber("reduceOnPlateau", "rate", "0 or more", state["rate"]);
        if (double.IsNaN(state["best"])) throw Errors.StateNumber("reduceOnPlateau", "best", "a number", state["best"]);
        foreach (string name in (string[])["waited", "cooling"])
            if (!(state[name] >= 0.0 && state[name] <= int.MaxValue && state[name] == Math.Truncate(state[name])))
                throw Errors.StateNumber("reduceOnPlateau", name, "a whole number, 0 or more", state[name]);
        (Rate, best, waited, cooling) = (state["rate"], state["best"], (int)state["waited"], (int)state["cooling"]);
    }

    private static OptionException Option(string name, string mustBe, double value) =>
        Errors.Option("reduceOnPlateau", name, mustBe, value);
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
