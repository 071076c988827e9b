using Crucible.Lab.Reports;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

public class ChartViewTests
{
    [Fact]
    public void Draw_Line_HasItsCornersAndEnds()
    {
        string[] lines = Lines("scatter", ("x", new double[] { 0, 1, 2 }), ("y", new double[] { 5, 6, 10 }));
        Assert.StartsWith("Chart (Loss:", lines[0], StringComparison.Ordinal);
        Assert.Equal($"10 │{new string(' ', 59)}●", lines[1]); // the highest is the last
        Assert.Equal(" 5 │●", lines[14]);
        Assert.StartsWith("   └───", lines[15], StringComparison.Ordinal);
        Assert.Equal($"    0{new string(' ', 58)}2", lines[16]);
    }

    [Fact]
    public void Draw_Bars_AreAsLongAsTheirValues()
    {
        string[] lines = Lines("bar", ("x", new[] { "a", "bb" }), ("y", new double[] { 1, 2 }));
        // 60 characters less the 2 of the names.
        Assert.Equal([$"a  {new string('█', 29)} 1", $"bb {new string('█', 58)} 2"], lines[1..]);
    }

    [Fact]
    public void Draw_WhatHasNoPicture_IsItsLine()
    {
        Assert.Single(Lines("pie", ("labels", new[] { "a" }), ("values", new double[] { 1 })));
        Assert.Single(Lines("bar", ("x", new[] { "a" }), ("y", new double[] { -1 })));
        Assert.Single(Lines("scatter", ("x", new[] { "one" }), ("y", new double[] { 1 })));
        // A single point stands in the middle.
        Assert.Contains(Lines("scatter", ("x", new double[] { 1 }), ("y", new double[] { 1 })), line => line.TrimEnd().EndsWith('●'));
    }

    private static string[] Lines(string type, params (string Key, object Value)[] values) =>
        ChartView.Draw(Samples.Chart("Loss", Samples.Trace(type, values))).Split('\n');
}
