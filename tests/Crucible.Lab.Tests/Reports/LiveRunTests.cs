using System.Text.Json;
using System.Text.Json.Nodes;
using Crucible.Diagnostics;
using Crucible.Lab.Reports;
using Crucible.Lab.Scripting;
using Crucible.Layers;
using Crucible.Optimizers;
using Crucible.Tensors;
using Crucible.Training;
using Microsoft.Playwright;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

/// <summary>The page of a run shows whatever its process trains, so nothing else may train beside these tests.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneInItsProcess
{
    internal const string Name = "alone in its process";
}

[Collection(AloneInItsProcess.Name)]
[Trait("Speed", "Slow")]
public sealed class LiveRunTests
{
    /// <summary>Whatever a script trains is followed, without a line of its own: losses, diagnostics, loops, the machine.</summary>
    [Fact]
    public void Live_Script_IsFollowedInWhatItTrains()
    {
        JsonElement news = default;
        using TemporaryFolder folder = new();
        using StringWriter output = new(), errors = new();
        ScriptCall call = new("sample", ["--out", folder.File("run"), "--live"], IsSession: true);
        ScriptConsole console = new(output, errors);
        Contract<ExperimentRun> contract =
            new(call, console, "A sample.", null, common => new ExperimentRun(call, common, "A sample.", console));
        int exitCode = contract.Execute(run =>
        {
            Generator generator = new(0);
            (Tensor x, Tensor y) = (Tensor.Randn(generator, 40, 2), Tensor.Randn(generator, 40, 1));
            Layer model = new Linear(2, 1, generator);
            Func<Tensor, Tensor, Tensor> loss = (prediction, target) => Loss.MeanSquaredError(prediction, target);
            TrainingDiagnostics diagnosis = new(model, x, y, loss);
            using Progress progress = run.Progress("training", 100);
            progress.Report(29);
            new Trainer(model, new Adam(model.Parameters), loss).Fit(
                new RowBatches(x, y, 10), new TrainerOptions { Epochs = 5, OnUpdate = (step, _) => diagnosis.Observe(step) });
            string address = output.ToString().Split("The run as it goes on: ")[1].Split('\n')[0].Trim();
            using HttpClient client = new();
            news = JsonDocument.Parse(client.GetStringAsync(new Uri(new Uri(address), "run.json")).Result).RootElement;
        });

        Assert.Equal((0, ""), (exitCode, errors.ToString()));
        JsonElement loop = news.GetProperty("loops")[0];
        Assert.Equal(("training", 29, 100), (loop.GetProperty("title").GetString(), loop.GetProperty("done").GetInt32(),
            loop.GetProperty("total").GetInt32()));
        JsonElement trace = news.GetProperty("losses").GetProperty("figure").GetProperty("data")[0];
        Assert.Equal(5, trace.GetProperty("y").GetArrayLength());
        Assert.Equal(JsonValueKind.Array, news.GetProperty("findings").ValueKind);
    }

    [Fact]
    public async Task Live_Run_TellsLoopsLossesTextsFindingsAndTheMachine()
    {
        using HttpClient client = new();
        LiveRun run = new("How well does a bowl hold?", "bowl · seed 0");
        LiveLoop loop = run.Begin("training", 100);
        double[] losses = [.. Enumerable.Range(1, 29).Select(step => step < 3 ? 1e6 : 1.0 / step)];
        for (int step = 1; step <= losses.Length; step++)
        {
            loop.Losses.Add(step, losses[step - 1]);
            loop.Show(step, $"loss {losses[step - 1]}");
        }

        run.Write("After 20 updates", "<b>to be</b>");
        using LivePage live = LivePage.Start(run);
        JsonNode news = await NewsAsync();
        Assert.Equal((29, 100), ((int)news["loops"]![0]!["done"]!, (int)news["loops"]![0]!["total"]!));
        Assert.Equal("Loss (training): 0.03448 now, 0.03448 at best so far.", (string?)news["summary"]);
        Assert.InRange((double)news["losses"]!["figure"]!["layout"]!["yaxis"]!["range"]![1]!, 0.1, 1); // not a million
        Assert.Equal("3 early values lie beyond the edge.", (string?)news["losses"]!["says"]);
        Assert.Equal("<b>to be</b>", (string?)news["texts"]![0]!["text"]);
        Assert.Equal(3, news["machine"]!.AsArray().Count);
        Assert.Null(news["study"]);

        live.End("reports/bowl/1/report.html");
        Assert.EndsWith("The report is reports/bowl/1/report.html", (string?)Read(run.ToJson())["summary"], StringComparison.Ordinal);

        async Task<JsonNode> NewsAsync()
        {
            return Read(await client.GetByteArrayAsync(new Uri(live.Address, "run.json")));
        }

        static JsonNode Read(byte[] json) => JsonNode.Parse(json)!;
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100_000)]
    public void Curve_OfAnyLength_KeepsItsShapeAndItsLastPoint(int steps)
    {
        LiveCurve curve = new("loss");
        for (int step = 0; step < steps; step++) curve.Add(step, steps - step);
        JsonNode trace = curve.Trace(null);
        Assert.InRange(trace["x"]!.AsArray().Count, 10, 402);
        Assert.Equal((0.0, steps - 1.0), ((double)trace["x"]![0]!, (double)trace["x"]!.AsArray()[^1]!));
        Assert.Equal((1, 1), (curve.Best, curve.Last));
    }

    [BrowserFact]
    public async Task Live_RunInTheBrowser_IsLegibleAndFitsATelephone()
    {
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        foreach ((int width, ColorScheme scheme) in new[] { (1280, ColorScheme.Light), (390, ColorScheme.Dark) })
        {
            LiveRun run = new("How well does a bowl hold?", "bowl · seed 0");
            LiveLoop loop = run.Begin("training", 12345);
            for (int step = 1; step < 300; step++) loop.Losses.Add(step, 1.0 / step);
            loop.Show(1234, "loss 0.5");
            run.Write("After 20 updates", "to be");
            LivePage live = LivePage.Start(run);
            IPage page = await browser.OpenAsync(live.Address, width, scheme);
            await page.Locator(".loop .count").Filter(new() { HasText = "1234 of 12,345" }).WaitForAsync();
            await page.Locator("#losses .main-svg").First.WaitForAsync();
            Assert.True(await page.Locator("#losses .plot").EvaluateAsync<bool>("plot => plot.scrollWidth <= plot.clientWidth"));
            Assert.Equal("1234 of 12345 How well does a bowl hold?", await page.TitleAsync());
            Assert.Empty(await OfflineBrowser.IllegibleAsync(page));
            live.Dispose();
            await page.Locator("#status").Filter(new() { HasText = "ended" }).WaitForAsync();
        }

        Assert.Empty(browser.Complaints);
    }

    /// <summary>A figure that cannot be drawn is no reason to say that the program has ended.</summary>
    [BrowserFact]
    public async Task Live_FigureThatCannotBeDrawn_GoesOnFollowing()
    {
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        LiveRun run = new("How well does a bowl hold?", "bowl · seed 0");
        LiveLoop loop = run.Begin("training", 60);
        using LivePage live = LivePage.Start(run);
        IPage page = await browser.OpenAsync(live.Address);
        await page.EvaluateAsync("() => { Plotly.react = () => { throw new TypeError('no figure today'); }; }");
        for (int step = 1; step <= 12; step++)
        {
            loop.Losses.Add(step, 1);
            loop.Show(step, null);
            await page.Locator(".loop .count").Filter(new() { HasText = $"{step} of 60" }).WaitForAsync();
        }

        Assert.Equal("running", await page.Locator("#status").TextContentAsync());
    }
}
