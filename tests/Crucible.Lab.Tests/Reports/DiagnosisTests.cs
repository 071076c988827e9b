using Crucible.Diagnostics;
using Crucible.Lab.Reports;
using Crucible.Lab.Tables;
using Crucible.Layers;
using Crucible.Models;
using Crucible.Optimizers;
using Crucible.Tensors;
using Crucible.Training;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

public sealed class DiagnosisTests
{
    private static TrainingDiagnostics Watched(double scale, int updates)
    {
        Generator generator = new(5);
        Tensor x = Tensor.Randn(generator, 60, 2);
        Tensor y = x.Slice(1, 0, 1) - x.Slice(1, 1, 2);
        Mlp model = new([2, 20, 1], () => new Tanh(), generator);
        TrainingDiagnostics diagnostics = new(model, scale * x, y, (prediction, target) => Loss.MeanSquaredError(prediction, target));
        TrainerOptions options = new() { Epochs = updates, OnUpdate = (update, _) => diagnostics.Observe(update) };
        new Trainer(model, new Adam(model.Parameters, new AdamOptions { LearningRate = 1e-2 }), (prediction, target) =>
            Loss.MeanSquaredError(prediction, target)).Fit(new RowBatches(scale * x, y, 60), options);
        return diagnostics;
    }

    [Fact]
    public void Diagnosis_OfABrokenNetwork_ShowsFindingsCurvesAndLayers()
    {
        using Culture _ = new();
        TrainingDiagnostics diagnostics = Watched(scale: 500, updates: 30);
        Report report = new();
        report.Diagnosis(diagnostics);

        TableBlock findings = Assert.IsType<TableBlock>(report.Blocks[0]);
        Assert.Equal("Problems in 8 snapshots of 2 layers on 60 rows", findings.Caption);
        Finding first = diagnostics.Findings()[0];
        Assert.Equal([first.Place, first.Problem, first.Remedy], findings.Table.Rows[0]);
        FiguresBlock charts = Assert.IsType<FiguresBlock>(report.Blocks[1]);
        Assert.Equal(
            ["Saturated or dead units", "Distinct outputs", "Size of the gradient", "Size of an update"],
            charts.Figures.Select(chart => chart.Title));
        Assert.Matches("^In the end layer . has the fewest distinct outputs: [0-9]+ for 60 distinct inputs\\. ", charts.Caption);
        TableBlock layers = Assert.IsType<TableBlock>(report.Blocks[2]);
        Assert.Equal(["layer 1", "layer 2"], layers.Table.Rows.Select(row => row[0]));
        Assert.Equal("Linear(2, 20), tanh", layers.Table.Rows[0][1]);
        Assert.Null(layers.Table.Rows[1][2]);
    }

    [Fact]
    public void Data_OfATable_ShowsItsColumnsAndHowTheyGoTogether()
    {
        Report report = new();
        report.Data(Houses.Load());
        Assert.Equal("506 rows and 14 columns; the target is medv ($1000s).", Assert.IsType<TextBlock>(report.Blocks[1]).Text);
        TableBlock columns = Assert.IsType<TableBlock>(report.Blocks[2]);
        Assert.Equal(14, columns.Table.Rows.Length);
        Figure map = Assert.Single(Assert.IsType<FiguresBlock>(report.Blocks[3]).Figures);
        Assert.Equal("Correlation of every column with every other", map.Title);
        Assert.Equal(1.0, (double)map.Data[0]["z"]![3]![3]!, 1e-12);
    }

    [Fact]
    public void Diagnosis_OfAHealthyNetwork_SaysSo()
    {
        Report report = new();
        report.Diagnosis(Watched(scale: 1, updates: 300));

        Assert.Equal(
            new TextBlock("35 snapshots of 2 layers on 60 rows found no problem. Whether it overfits, only validation rows can tell."),
            report.Blocks[0]);
    }

    [Fact]
    public void Diagnosis_BeforeAnyUpdate_HasNoCurveOfUpdates()
    {
        Report report = new();
        report.Diagnosis(Watched(scale: 1, updates: 0));

        Assert.DoesNotContain("Size of an update", Assert.IsType<FiguresBlock>(report.Blocks[1]).Figures.Select(chart => chart.Title));
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(14, false)]
    public void Diagnosis_OfManyLayers_HasNoLegend(int layers, bool hasLegend)
    {
        Generator generator = new(5);
        Mlp model = new([.. Enumerable.Repeat(2, layers + 1)], () => new Tanh(), generator);
        Tensor x = Tensor.Randn(generator, 8, 2);
        Report report = new();
        report.Diagnosis(new TrainingDiagnostics(model, x, x, (prediction, target) => Loss.MeanSquaredError(prediction, target)));

        Figure gradient = report.Blocks.OfType<FiguresBlock>().Single().Figures.Single(chart => chart.Title == "Size of the gradient");
        Assert.Equal(hasLegend, (bool?)gradient.Layout["showlegend"]);
    }
}
