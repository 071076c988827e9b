using Crucible.Lab.Reports;
using Plotly.NET;
using Xunit;
using Figure = Crucible.Lab.Reports.Figure;

namespace Crucible.Lab.Tests.Reports;

public sealed class ChartAdapterTests
{
    private static readonly double[] Three = [1, 2, 3];

    private static GenericChart Chart(string type, params (string Key, object Value)[] properties) =>
        Samples.Chart("Loss", Samples.Trace(type, properties));

    private static string Data(GenericChart chart) => ChartAdapter.Read(chart).Data[0].ToJsonString();

    [Fact]
    public void Read_Numbers_ComeWithSevenDigits() =>
        Assert.Equal(
            """{"type":"scatter","x":[1,2,3],"y":[0.3333333,12345680,1E-30]}""",
            Data(Chart("scatter", ("x", Three), ("y", new[] { 1.0 / 3, 12345678.9, 1e-30 }))));

    [Fact]
    public void Read_NaNAndInfinity_AreGaps() =>
        Assert.Equal(
            """{"type":"bar","y":[null,2,null,null]}""",
            Data(Chart("bar", ("y", new[] { double.NaN, 2, double.PositiveInfinity, double.NegativeInfinity }))));

    [Fact]
    public void Read_Texts_AreShownAndNotTakenAsTags()
    {
        Figure figure = ChartAdapter.Read(Samples.Chart(
            "a < b",
            Samples.Trace("scatter", ("x", new[] { "<unk>", "a\nb", "&" }), ("name", "<i>"), ("hovertemplate", "%{x}<extra></extra>"))));

        Assert.Equal(["&lt;unk&gt;", "a<br>b", "&amp;"], figure.Data[0]["x"]!.AsArray().Select(text => (string?)text));
        Assert.Equal("&lt;i&gt;", (string?)figure.Data[0]["name"]);
        Assert.Equal("%{x}<extra></extra>", (string?)figure.Data[0]["hovertemplate"]); // an instruction
        Assert.Equal("a < b", figure.Title);
    }

    [Fact]
    public void Read_LengthsThatDiffer_NamesChartAndTrace()
    {
        GenericChart chart = Chart("scatter", ("name", "train"), ("x", Three), ("y", new[] { 1.0, 2 }));

        Assert.Equal(
            "report.chart: in chart 'Loss', trace 'train', x has 3 values and y has 2; they must have as many",
            Assert.Throws<ShapeException>(() => ChartAdapter.Read(chart)).Message);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("customdata")]
    public void Read_OneTextTooFew_IsRefused(string key) =>
        Assert.Contains(
            $"trace 'scatter 1', x has 3 values and {key} has 2",
            Assert.Throws<ShapeException>(() => ChartAdapter.Read(Chart("scatter", ("x", Three), (key, new[] { "a", "b" })))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Read_ErrorBarsTooFew_IsRefused()
    {
        DynamicObj.DynamicObj error = new();
        error.SetProperty("array", new[] { 1.0 });

        Assert.Contains(
            "y has 3 values and error_y.array has 1",
            Assert.Throws<ShapeException>(() => ChartAdapter.Read(Chart("bar", ("y", Three), ("error_y", error)))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Read_PlaneWithRowsThatDiffer_IsRefused() =>
        Assert.Contains(
            "row 0 of z has 3 values and row 1 of z has 1",
            Assert.Throws<ShapeException>(() => ChartAdapter.Read(Chart("heatmap", ("z", new[] { Three, [1] })))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Read_PlaneWithTooFewNames_IsRefused() =>
        Assert.Contains(
            "z in rows has 2 values and y has 1",
            Assert.Throws<ShapeException>(() => ChartAdapter.Read(Chart("heatmap", ("z", new[] { Three, Three }), ("y",
                new[] { "a" })))).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_PlaneWithEqualNames_KeepsThemApart()
    {
        string?[] names = [.. ChartAdapter.Read(Chart("heatmap", ("z", new[] { Three }), ("x", new[] { "to", "be", "to" }))).Data[0]["x"]!
            .AsArray().Select(name => (string?)name)];

        Assert.Equal("to be to\u200b", string.Join(" ", names));
    }

    [Fact]
    public void Read_UsualSizeAndTemplate_AreLeftToThePage()
    {
        GenericChart chart = GenericChart.ofTraceObject(true, new Trace("scatter")); // with all of Plotly.NET's defaults
        Assert.Contains("template", GenericChart.getLayout(chart).Properties.Keys);

        Assert.Equal("""{"data":[{"type":"scatter"}],"layout":{}}""", ChartAdapter.Read(chart).ToJson());
        Assert.Contains("template", GenericChart.getLayout(chart).Properties.Keys); // the chart stays as it is
    }

    [Fact]
    public void Read_HeightAlone_LeavesTheWidthToThePage()
    {
        GenericChart chart = GenericChart.ofTraceObject(true, new Trace("scatter"));
        GenericChart.getLayout(chart).SetProperty("height", 520);

        Assert.Equal("""{"height":520}""", ChartAdapter.Read(chart).Layout.ToJsonString());
    }

    [Fact]
    public void Read_Colors_AreWrittenForPlotly()
    {
        Color[] colors = [Color.fromHex("#0072b2"), Color.fromARGB(51, 255, 0, 0), Color.fromString("gray")];

        Assert.Equal(
            """{"type":"bar","fillcolor":["rgba(0,114,178,1)","rgba(255,0,0,0.2)","gray"]}""", Data(
                Chart("bar", ("fillcolor", Color.fromColors(colors)))));
    }

    [Fact]
    public void Read_AValueThatIsNone_IsRefused() =>
        Assert.Equal(
            "chart: data must be numbers, texts or dates, but there is a Object",
            Assert.Throws<OptionException>(() => ChartAdapter.Read(Chart("bar", ("y", new[] { new object() })))).Message);

    [Fact]
    public void Read_UnderCommaCulture_IsTheSame()
    {
        using Culture _ = new();

        Assert.Contains("0.5", Data(Chart("bar", ("y", new[] { 0.5 }))), StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_SaysTitleAndTraces() =>
        Assert.Equal("Chart (Loss: train)", ChartAdapter.Describe(Chart("scatter", ("name", "train"), ("x", Three))));

    [Fact]
    public void Chart_SavedWithoutABrowser_SaysSoInALine()
    {
        using TemporaryFolder folder = new();

        Assert.Equal(
            "loss.svg was not written: there is no Chromium or Chrome on the PATH to draw it.", ChartImage.Save(
                Chart("bar", ("y", Three)), folder.Location, "loss", browser: null));
        Assert.Empty(Directory.GetFiles(folder.Location));
    }

    [BrowserFact]
    public void Chart_SavedAs_IsBesideTheReport()
    {
        using TemporaryFolder folder = new();
        List<string> said = [];
        Report report = new(folder.Location, said.Add);

        report.Chart(Chart("bar", ("y", Three)), saveAs: "loss");
        report.Chart(Chart("bar", ("y", Three)), saveAs: "loss.png");

        Assert.Empty(said);
        Assert.StartsWith("<svg", File.ReadAllText(folder.File("loss.svg")), StringComparison.Ordinal);
        Assert.Equal("PNG", System.Text.Encoding.ASCII.GetString(File.ReadAllBytes(folder.File("loss.png")), 1, 3));
    }
}
