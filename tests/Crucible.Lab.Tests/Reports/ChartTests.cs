using System.Text.Json;
using Crucible.Lab.Reports;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

public sealed class ChartTests
{
    private static readonly int[] Places = [1, 2, 3];
    private static readonly double[] Values = [0.5, double.NaN, 1.0 / 3];

    private static JsonElement Json(Chart chart) => JsonDocument.Parse(chart.ToJson()).RootElement;

    private static JsonElement Trace(Chart chart, int index = 0) => Json(chart).GetProperty("data")[index];

    [Fact]
    public void Line_WithName_HasPointsModeAndName()
    {
        string json = Chart.Line(Places, Values, Name: "loss").ToJson();

        Assert.Equal(
            """{"data":[{"type":"scatter","name":"loss","mode":"lines","x":[1,2,3],"y":[0.5,null,0.3333333]}],"layout":{}}""", json);
    }

    [Fact]
    public void Line_UnderCommaCulture_WritesPoints()
    {
        using Culture _ = new();

        Assert.Contains("0.3333333", Chart.Line(Places, Values).WithXAxis("x", (0.5, 1.5)).ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void Line_OfFSharpPairs_SplitsThem()
    {
        JsonElement trace = Trace(Chart.Line([Tuple.Create("a", 1.5f), Tuple.Create("b", 2.5f)]));

        Assert.Equal("""["a","b"]""", trace.GetProperty("x").GetRawText());
        Assert.Equal("[1.5,2.5]", trace.GetProperty("y").GetRawText());
    }

    [Fact]
    public void Line_LengthsDiffer_SaysBoth()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => Chart.Line(Places, [1.0]));

        Assert.Equal("chart.line: x and y must have the same length, but have 3 and 1", error.Message);
    }

    [Fact]
    public void Point_TextsTooFew_SaysSo()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => Chart.Point(Places, Values, MultiText: ["only"]));

        Assert.Equal("chart.point: MultiText must have one value for each of the 3 points, but has 1", error.Message);
    }

    [Fact]
    public void Point_TextsLikeTags_AreShownAndNotTakenAsTags() =>
        Assert.Equal("&lt;unk&gt;<br>&amp;", Trace(Chart.Point([1], [2.0], MultiText: ["<unk>\n&"])).GetProperty("text")[0].GetString());

    [Fact]
    public void Point_WithTextPosition_WritesItsTexts()
    {
        JsonElement written = Trace(Chart.Point([1, 2], [3.0, 4], MultiText: ["a", "b"], TextPosition: "top center"));
        JsonElement hovering = Trace(Chart.Point([1, 2], [3.0, 4], MultiText: ["a", "b"]));

        Assert.Equal("markers+text", written.GetProperty("mode").GetString());
        Assert.Equal("top center", written.GetProperty("textposition").GetString());
        Assert.Equal("markers", hovering.GetProperty("mode").GetString());
    }

    [Fact]
    public void Range_HasBandBetweenLowerAndUpper()
    {
        Chart chart = Chart.Range(Places, [1.0, 1, 1], upper: [2.0, 2, 2], lower: [0.0, 0, 0], Name: "mean");

        Assert.Equal(3, chart.Traces.Length);
        Assert.Equal("[0,0,0]", Trace(chart).GetProperty("y").GetRawText());
        Assert.Equal("tonexty", Trace(chart, 1).GetProperty("fill").GetString());
        Assert.Equal("mean", Trace(chart, 2).GetProperty("name").GetString());
        Assert.Equal("normal", (string?)chart.Layout["legend"]!["traceorder"]);
    }

    [Fact]
    public void Column_WithKeys_StandsAndBarLies()
    {
        JsonElement column = Trace(Chart.Column(Values, Keys: ["a", "b", "c"]));
        JsonElement bar = Trace(Chart.Bar(Values, Keys: ["a", "b", "c"]));

        Assert.Equal(column.GetProperty("y").GetRawText(), bar.GetProperty("x").GetRawText());
        Assert.Equal("h", bar.GetProperty("orientation").GetString());
    }

    [Fact]
    public void Heatmap_OfTwoDimensionalArray_HasItsRows()
    {
        double[,] matrix = { { 1, 2 }, { 3, 4 }, { 5, 6 } };

        Assert.Equal("[[1,2],[3,4],[5,6]]", Trace(Chart.Heatmap(matrix)).GetProperty("z").GetRawText());
        Assert.Equal("[[1,2],[3,4]]", Trace(Chart.Heatmap(new float[][] { [1, 2], [3, 4] })).GetProperty("z").GetRawText());
    }

    [Fact]
    public void Heatmap_WithEnds_FixesItsScale()
    {
        JsonElement trace = Trace(Chart.Heatmap(new double[][] { [0.5, 0.5] }, ZMin: 0, ZMax: 1, ShowScale: false));

        Assert.Equal(0, trace.GetProperty("zmin").GetDouble());
        Assert.Equal(1, trace.GetProperty("zmax").GetDouble());
        Assert.False(trace.GetProperty("showscale").GetBoolean());
    }

    [Fact]
    public void Heatmap_EqualTexts_KeepPlacesOfTheirOwn()
    {
        JsonElement trace = Trace(Chart.Heatmap(new double[][] { [1, 2, 3, 4] }, X: new[] { "e", "t", "e", "e" }, Y: new[] { 7 }));

        Assert.Equal(["e", "t", "e\u200b", "e\u200b\u200b"], trace.GetProperty("x").EnumerateArray().Select(place => place.GetString()));
        Assert.Equal(7, trace.GetProperty("y")[0].GetInt32());
    }

    [Fact]
    public void Heatmap_ValueFormat_WritesValuesIntoTheCells()
    {
        double[,] matrix = { { 1, 2 } };

        Assert.Equal("%{z:.2f}", Trace(Chart.Heatmap(matrix, ValueFormat: ".2f")).GetProperty("texttemplate").GetString());
        Assert.False(Trace(Chart.Heatmap(matrix)).TryGetProperty("texttemplate", out _));
    }

    [Fact]
    public void Heatmap_RaggedRows_NamesTheRow()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => Chart.Heatmap(new double[][] { [1, 2], [3] }));

        Assert.Equal("chart.heatmap: rows must have the same length, but row 0 has 2 values and row 1 has 1", error.Message);
    }

    [Fact]
    public void Contour_PlacesMiscounted_NamesThem()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => Chart.Contour(new double[][] { [1, 2] }, X: new[] { 1.0 }));

        Assert.Equal("chart.contour: X must have one value for each of the 2 columns, but has 1", error.Message);
    }

    [Fact]
    public void Histogram_OfUnplottable_NamesTheType()
    {
        OptionException error = Assert.Throws<OptionException>(() => Chart.Heatmap(new object[][] { [new Version(1, 2)] }));

        Assert.Equal("chart: data must be numbers, texts or dates, but there is a Version", error.Message);
    }
}
