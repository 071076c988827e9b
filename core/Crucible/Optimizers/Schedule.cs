namespace Crucible.Optimizers;

/// <summary>
/// A learning rate for every step, counted from 0: a pure function, so that a resumed run goes on as if never stopped.
/// Use it as <c>optimizer.LearningRate &lt;- schedule.At(optimizer.StepCount)</c> before each step. A step may as well be an epoch.
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

    /// <summary>floor + (rate - floor)·(1 + cos(π·step / steps)) / 2, and the floor from then on. Loshchilov and Hutter 2017, eq. 5, without restarts.</summary>
    /// <param name="rate">The first rate, above 0.</param>
    /// <param name="steps">When the floor is reached, 1 or more.</param>
    /// <param name="floor">The last rate, 0 or more.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="OptionException">An argument is out of range.</exception>
    public static Schedule Cosine(double rate, int steps, double floor = 0.0)
    {
        AboveZero("cosine", nameof(rate), rate);
        AtLeastOne("cosine", nameof(steps), steps);
        if (!(floor >= 0.0 && floor <= rate)) throw Errors.Option("cosine", nameof(floor), Errors.Text($"from 0 to the rate {rate}"), floor);
        return new(step => Anneal(rate, floor, (double)step / steps));
    }

    /// <summary>
    /// Up from peak / 25 to the peak during the first part of the steps, then down to peak / 250000, both along half a cosine.
    /// Smith and Topin 2018, with the cosine form and the defaults of PyTorch's OneCycleLR.
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
        var top = (rise * steps) - 1.0;
        if (!(rise < 1.0 && top > 0.0)) throw Errors.Option("oneCycle", nameof(rise), Errors.Text($"above 1 / steps = {1.0 / steps} and below 1"), rise);
        return new(step => step <= top
            ? Anneal(peak / 25.0, peak, step / top)
            : Anneal(peak, peak / 250_000.0, (step - top) / (steps - 1 - top)));
    }

    /// <summary>The rate of a step.</summary>
    /// <param name="step">From 0: <c>optimizer.StepCount</c> before the step.</param>
    /// <returns>The rate.</returns>
    /// <exception cref="OptionException">The step is negative.</exception>
    public double At(int step) => step >= 0 ? at(step) : throw Errors.Option("schedule", nameof(step), "0 or more", step);

    /// <summary>This schedule after a linear rise: step s &lt; steps has the first rate times (s + 1) / (steps + 1); then this schedule begins.</summary>
    /// <param name="steps">The length of the rise, 0 or more.</param>
    /// <returns>The schedule, <paramref name="steps"/> longer.</returns>
    /// <exception cref="OptionException">The length is negative.</exception>
    public Schedule WithWarmUp(int steps)
    {
        if (steps < 0) throw Errors.Option("warmUp", nameof(steps), "0 or more", steps);
        return new(step => step < steps ? at(0) * (step + 1) / (steps + 1) : at(step - steps));
    }

    /// <summary>Half a cosine from start (part 0) to end (part 1 and beyond).</summary>
    private static double Anneal(double start, double end, double part) => end + ((start - end) * (1.0 + Math.Cos(Math.PI * Math.Min(1.0, part))) / 2.0);

    private static void AboveZero(string schedule, string name, double value)
    {
        if (!(double.IsFinite(value) && value > 0.0)) throw Errors.Option(schedule, name, "above 0", value);
    }

    private static void AtLeastOne(string schedule, string name, int value)
    {
        if (value < 1) throw Errors.Option(schedule, name, "1 or more", value);
    }
}
