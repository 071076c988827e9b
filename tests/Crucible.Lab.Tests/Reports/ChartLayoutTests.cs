using System.Text.Json;
using Crucible.Lab.Reports;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

public sealed class ChartLayoutTests
{
    private static readonly Chart Plain = Chart.Line([1, 2], [3.0, 4.0], Name: "a");

    private static JsonElement Layout(Chart chart) => JsonDocument.Parse(chart.ToJson()).RootElement.GetProperty("layout");

    [Fact]
    public void WithTitle_LeavesTheFirstChartAsItWas()
    {
        Chart titled = Plain.WithTitle("Loss");

        Assert.Equal("Loss", titled.Title);
        Assert.Equal("", Plain.Title);
    }

    [Fact]
    public void PipelineFunctions_DoWhatTheMethodsDo()
    {
        Chart piped = Chart.withSize(300, 200).Invoke(Chart.withYAxisStyle("y", Tuple.Create(1.0, 2.0)).Invoke(Chart.withTitle("t").Invoke(Plain)));

        Assert.Equal(Plain.WithTitle("t").WithYAxis("y", (1, 2)).WithSize(300, 200).ToJson(), piped.ToJson());
    }

    [Fact]
    public void WithYAxis_Log_TakesEndsInTheDatasNumbers()
    {
        // plotly.js wants powers of ten: 0.01 is 10^-2 and 100 is 10^2.
        JsonElement axis = Layout(Plain.WithYAxis("loss", (0.01, 100), isLog: true)).GetProperty("yaxis");

        Assert.Equal("""{"title":{"text":"loss"},"type":"log","exponentformat":"power","range":[-2,2]}""", axis.GetRawText());
    }

    [Fact]
    public void WithYAxis_LogOfZero_Throws()
    {
        using Culture _ = new();

        OptionException error = Assert.Throws<OptionException>(() => Plain.WithYAxis(range: (0, 1.5), isLog: true));

        Assert.Equal("chart.yaxis: a logarithmic range must be above 0, but is 0 to 1.5", error.Message);
    }

    [Fact]
    public void WithoutAxes_HidesBoth()
    {
        JsonElement layout = Layout(Chart.withoutAxes().Invoke(Plain.WithXAxis(range: (0, 1))));

        Assert.False(layout.GetProperty("xaxis").GetProperty("visible").GetBoolean());
        Assert.False(layout.GetProperty("yaxis").GetProperty("visible").GetBoolean());
    }

    [Fact]
    public void WithZAxis_OfSurface_GoesIntoItsScene()
    {
        Chart surface = Chart.Surface(new double[][] { [1, 2], [3, 4] }).WithXAxis("width").WithZAxis("loss");

        Assert.Equal("""{"xaxis":{"title":{"text":"width"}},"zaxis":{"title":{"text":"loss"}}}""", Layout(surface).GetProperty("scene").GetRawText());
    }

    [Fact]
    public void Combine_KeepsAllTracesAndTheLaterTitle()
    {
        Chart both = Chart.combine([Plain.WithTitle("first").WithXAxis("x"), Plain.WithTitle("second")]);

        Assert.Equal(2, both.Traces.Length);
        Assert.Equal("second", both.Title);
        Assert.Equal("x", Layout(both).GetProperty("xaxis").GetProperty("title").GetProperty("text").GetString());
    }

    [Fact]
    public void Combine_OfNothing_Throws() =>
        Assert.Equal("chart.combine: at least one chart is needed, but none is given", Assert.Throws<OptionException>(() => Chart.combine([])).Message);

    [Fact]
    public void Grid_GivesEachChartItsAxesAndTitle()
    {
        Chart grid = Chart.Grid([Plain.WithTitle("left"), Plain.WithTitle("right").WithYAxis("y")], rows: 1, columns: 2);

        Assert.Equal(["x", "x2"], grid.Traces.Select(trace => (string?)trace["xaxis"]));
        Assert.Equal("[0.54,1]", Layout(grid).GetProperty("xaxis2").GetProperty("domain").GetRawText());
        Assert.Equal("y", Layout(grid).GetProperty("yaxis2").GetProperty("title").GetProperty("text").GetString());
        Assert.Equal(["left", "right"], Layout(grid).GetProperty("annotations").EnumerateArray().Select(title => title.GetProperty("text").GetString()));
    }

    [Fact]
    public void Grid_TooSmall_SaysWhatItHolds()
    {
        OptionException error = Assert.Throws<OptionException>(() => Chart.Grid([Plain, Plain, Plain], 1, 2));

        Assert.Equal("chart.grid: 1 x 2 places must hold the charts, but there are 3", error.Message);
    }

    [Fact]
    public void Grid_OfSurface_IsRejected() =>
        Assert.Throws<OptionException>(() => Chart.Grid([Plain, Chart.Surface(new double[][] { [1] })], 1, 2));

    [Fact]
    public void WithYError_MiscountedLengths_SaysBoth()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => Plain.WithYError([0.1]));

        Assert.Equal("chart.withYError: lengths must have one value for each of the 2 points, but has 1", error.Message);
    }
}
