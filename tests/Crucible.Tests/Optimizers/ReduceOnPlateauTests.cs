using Crucible.Optimizers;
using Xunit;

namespace Crucible.Tests.Optimizers;

public class ReduceOnPlateauTests
{
    private static readonly PlateauOptions Options = new() { Factor = 0.5, Patience = 1, Cooldown = 1, Threshold = 0.1, MinimumRate = 0.1 };

    private static readonly double[] Losses = [5, 4, 3.9, 3.8, 3.7, 3.6, 3.0, double.NaN, 3.0, 2.9, 2.9, 2.9, 2.9, 2.9, 2.9, 2.9];

    /// <summary>
    /// PyTorch 1.13.1: <c>ReduceLROnPlateau(opt, factor=0.5, patience=1, cooldown=1, threshold=0.1, min_lr=0.1)</c>
    /// from rate 0.5 on the losses above.
    /// </summary>
    private static readonly double[] Rates = [0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.25, 0.125, 0.125, 0.125, 0.1, 0.1, 0.1, 0.1, 0.1];

    [Fact]
    public void Observe_SeriesOfLosses_FallsWherePyTorchDoes()
    {
        ReduceOnPlateau plateau = new(0.5, Options);
        Assert.Equal(Rates, Losses.Select(loss => Observed(plateau, loss)));
    }

    [Fact]
    public void RestoreState_AtAnyMoment_GoesOnTheSame()
    {
        ReduceOnPlateau plateau = new(0.5, Options);
        List<double> rates = new();
        foreach (double loss in Losses)
        {
            ReduceOnPlateau restored = new(0.5, Options);
            restored.RestoreState(plateau.SaveState());
            plateau = restored;
            rates.Add(Observed(plateau, loss));
        }

        Assert.Equal(Rates, rates);
    }

    [Fact]
    public void RestoreState_DamagedState_IsRefused()
    {
        ReduceOnPlateau plateau = new(0.5);
        Dictionary<string, double> state = new(plateau.SaveState());
        state.Remove("best");
        Assert.Equal(
            "reduceOnPlateau: the saved state must have exactly the numbers expected here, but is missing best and has unexpected nothing; load it into the kind of optimizer that saved it",
            Assert.Throws<CheckpointException>(() => plateau.RestoreState(state)).Message);
        state["best"] = 1.0;
        state["waited"] = -3.0;
        Assert.Equal(
            "reduceOnPlateau: the saved waited must be a whole number, 0 or more, but is -3",
            Assert.Throws<CheckpointException>(() => plateau.RestoreState(state)).Message);
    }

    [Theory]
    [InlineData(0.0, 0.1, "reduceOnPlateau: rate must be above 0, but is 0")]
    [InlineData(0.5, 1.0, "reduceOnPlateau: factor must be above 0 and below 1, but is 1")]
    public void WrongOption_SaysWhatIsWrong(double rate, double factor, string message) =>
        Assert.Equal(message, Assert.Throws<OptionException>(() => new ReduceOnPlateau(rate, new() { Factor = factor })).Message);

    private static double Observed(ReduceOnPlateau plateau, double loss)
    {
        plateau.Observe(loss);
        return plateau.Rate;
    }
}
