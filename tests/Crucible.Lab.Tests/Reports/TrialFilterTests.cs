using Crucible.Lab.Reports;
using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

public sealed class TrialFilterTests
{
    [Theory]
    [InlineData("value < 0.5", "0 2")]
    [InlineData("state=complete, value>=0.5 and kind = round", "1")]
    [InlineData("\"learning rate\" <= 0.02", "0 3")]
    [InlineData("kind != round", "0 3")]
    [InlineData("error ~ MEMORY", "3")]
    [InlineData("host = here", "1")]
    [InlineData("", "0 1 2 3")]
    public void Filter_Conditions_FindTheirTrials(string text, string numbers)
    {
        FrozenTrial[] trials = [.. Enumerable.Range(0, 4).Select(Made)];
        Column<FrozenTrial>[] fields =
        [
            new("state", TrialList.StateOf), new("value", trial => trial.Values.Count > 0 ? trial.Value : null),
            new("learning rate", trial => new[] { 0.01, 0.1, 0.5, 0.02 }[trial.Number]),
            new("kind", trial => trial.Number is 1 or 2 ? "round" : "long"), new("error", trial => trial.Error),
            new("host", trial => trial.UserAttributes.GetValueOrDefault("host")),
        ];
        Assert.Equal(numbers, string.Join(' ', TrialFilter.Of(trials, text, fields).Select(trial => trial.Number)));

        static FrozenTrial Made(int number) => new(
            new TrialRow
            {
                Number = number,
                State = number == 3 ? TrialState.Failed : TrialState.Complete,
                Values = number == 3 ? [] : [new[] { 0.1, 0.9, 0.4 }[number]],
                Error = number == 3 ? "out of memory" : null,
                Attributes = number == 1 ? "{\"host\":\"here\"}" : null,
            }, new ParameterSet());
    }

    [Theory]
    [InlineData("value", "filter: conditions are written as rate < 0.01 or \"learning rate\" < 0.01, but there is: value")]
    [InlineData("value < 1 oops", "filter: conditions are written as rate < 0.01 or \"learning rate\" < 0.01, but there is: oops")]
    [InlineData("value < few", "filter: value < needs a number, got 'few'")]
    [InlineData("valu < 1", "filter: trials have no 'valu'; 'value' is nearest")]
    public void Filter_Wrong_SaysWhy(string text, string message) =>
        Assert.Equal(message, Assert.Throws<OptionException>(() => TrialFilter.Of([], text, [new("value", trial => trial.Value)])).Message);
}
