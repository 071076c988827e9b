using Crucible.Optimizers;
using Xunit;

namespace Crucible.Tests.Optimizers;

/// <summary>
/// Expected rates of one cycle, cosine, step and exponential are those of PyTorch 1.13.1's schedulers with the same
/// settings.
/// </summary>
public class ScheduleTests
{
    /// <summary>PyTorch multiplies its way from step to step, these are closed forms.</summary>
    private const double Rounding = 1e-14;

    /// <summary>The name, the schedule, and its rates from step 0.</summary>
    public static TheoryData<string, Schedule, double[]> Cases => new()
    {
        { "constant", Schedule.Constant(0.5), [0.5, 0.5, 0.5] },
        { "StepLR(step_size=3, gamma=0.1)", Schedule.Step(0.5, 3), [0.5, 0.5, 0.5, 0.05, 0.05, 0.05, 0.005] },
        { "ExponentialLR(gamma=0.9)", Schedule.Exponential(0.5, 0.9), [0.5, 0.45, 0.405, 0.3645] },
        { "CosineAnnealingLR(T_max=6, eta_min=0.1)", Schedule.Cosine(0.5, 6, 0.1),
          [0.5, 0.47320508075688783, 0.4, 0.3, 0.2, 0.1267949192431123, 0.1, 0.1, 0.1] },
        { "OneCycleLR(max_lr=0.5, total_steps=10)", Schedule.OneCycle(0.5, 10),
          [
              0.02, 0.26, 0.5, 0.47524231600673683, 0.40587282697488153, 0.30563101096814466, 0.19437098903185537,
              0.09412917302511849, 0.024759683993263143, 2e-06, 2e-06
          ] },

        // Rises by 1/4 of the first rate a step, then the step schedule begins at its own step 0.
        { "warm-up, then step", Schedule.Step(0.8, 2, 0.5).WithWarmUp(3), [0.2, 0.4, 0.6, 0.8, 0.8, 0.4, 0.4, 0.2] },

        // 16^-½ = 1/4 times n·4^-1½ = n/8 for n = 1 … 4, then times n^-½: 1/6 at n = 9.
        { "noam", Schedule.Noam(16, 4, 2.0), [1 / 16.0, 2 / 16.0, 3 / 16.0, 4 / 16.0, 0.5 / Math.Sqrt(5), 0.5 / Math.Sqrt(6),
            0.5 / Math.Sqrt(7), 0.5 / Math.Sqrt(8), 0.5 / 3.0] },
        { "custom", new Schedule(step => 1.0 / (step + 1)), [1.0, 0.5, 1.0 / 3.0] },
    };

    /// <summary>What is asked for, and the whole message.</summary>
    public static TheoryData<Action, string> Refused => new()
    {
        { () => Schedule.Constant(0.0), "constant: rate must be above 0, but is 0" },
        { () => Schedule.Step(0.1, 0), "step: every must be 1 or more, but is 0" },
        { () => Schedule.Step(0.1, 1, -1.0), "step: factor must be above 0, but is -1" },
        { () => Schedule.Exponential(double.NaN, 0.9), "exponential: rate must be above 0, but is NaN" },
        { () => Schedule.Cosine(0.1, 10, 0.2), "cosine: floor must be from 0 to the rate 0.1, but is 0.2" },
        { () => Schedule.Cosine(0.1, -5), "cosine: steps must be 1 or more, but is -5" },
        { () => Schedule.OneCycle(0.1, 2), "oneCycle: steps must be 3 or more, but is 2" },
        { () => Schedule.OneCycle(0.1, 4, 0.25), "oneCycle: rise must be above 1 / steps = 0.25 and below 1, but is 0.25" },
        { () => Schedule.Noam(0, 4), "noam: width must be 1 or more, but is 0" },
        { () => Schedule.Noam(16, 0), "noam: warmUp must be 1 or more, but is 0" },
        { () => Schedule.Noam(16, 4, 0.0), "noam: factor must be above 0, but is 0" },
        { () => Schedule.Constant(0.1).WithWarmUp(-1), "warmUp: steps must be 0 or more, but is -1" },
        { () => Schedule.Constant(0.1).At(-1), "schedule: step must be 0 or more, but is -1" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void At_EachStep_EqualsTheFormula(string name, Schedule schedule, double[] expected)
    {
        for (int step = 0; step < expected.Length; step++)
            Assert.True(
                Math.Abs(schedule.At(step) - expected[step]) <= Rounding, $"{name} at {step}: {schedule.At(step)}, not {expected[step]}");
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void WrongArgument_SaysWhatIsWrong(Action action, string message) =>
        Assert.Equal(message, Assert.Throws<OptionException>(action).Message);
}
