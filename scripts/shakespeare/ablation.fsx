// Question  What is each change from nanoGPT's settings to the default of shakespeare.fsx worth?
// Data      tinyshakespeare by characters; any other text, tokens and sizes with the options.
// Method    One change after the other (rotary positions, RMSNorm, SwiGLU, a higher learning rate that falls to 0), 
//           on top of those before, all trained for as many updates from 2 seeds. A gain is clear when it is more than
//           twice what the choice of the seed does to a mean.
// Expected  All changes together lower the validation loss by at least 0.1 nats a character. 3 minutes on two cores.
// See also  ../shakespeare.fsx, which trains with all of them.
#load "../crucible.fsx"
#load "setting.fsx"
#load "corpus.fsx"
#load "options.fsx"

open System
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Statistics
open Crucible.Training
open Plotly.NET

type Options = { Wanted: Wanted }

let question = "What is each change from nanoGPT's settings to today's worth?"

Experiment.Run(question, { Wanted = asPreset }, fun lab ->
    // ---- Method: one change more in each step ----------------------------------------------------------------------
    let given, old = settingOf lab lab.Options.Wanted, nano lab.Seed
    let updates = defaultArg lab.Options.Wanted.Updates (lab.Pick(700, 20))
    let start =
        { given with
            Positions = old.Positions; Norm = old.Norm; FeedForward = old.FeedForward
            Rate = old.Rate; LastRate = old.LastRate; Updates = updates; WarmUp = min 100 (updates / 10) }
    recordSetting lab start
    let corpus = corpusOf start ""
    let steps =
        List.scan (fun (_, setting) (name, change) -> "+ " + name, change setting) ("nanoGPT's", start) changes
        |> List.truncate (lab.Pick(99, 2))
    let seeds = lab.Pick(2, 1)
    let train ((_, setting), seed) =
        let setting = { setting with Seed = lab.SeedOf(7, seed) }
        let model = modelOf setting corpus.Tokenizer.VocabularySize
        let options =
            TrainerOptions(
                Updates = updates, Seed = setting.Seed, Schedule = scheduleOf setting, ClipNorm = 1.0,
                RestoreBest = false, RecordStart = true, RecordEvery = max 1 (updates / lab.Pick(4, 1)),
                ShowProgress = false, Cancellation = lab.Token)
        let history = (trainerOf setting model).Fit(corpus.Training, corpus.Validation, options)
        lab.Token.ThrowIfCancellationRequested()
        model.ParameterCount, history
    let runs = lab.InParallel("ablation", List.allPairs steps [ 1 .. seeds ], train) |> Array.chunkBySize seeds

    // ---- What came -------------------------------------------------------------------------------------------------
    let losses = [ for ofSeeds in runs -> [ for _, history in ofSeeds -> history.Last.ValidationLoss ] ]
    let means = List.map List.average losses
    let deviations = [ for ofSeeds, mean in List.zip losses means do for loss in ofSeeds -> (loss - mean) ** 2.0 ]
    let noise = sqrt (List.average deviations / float (max 1 (seeds - 1))) // what the choice of the seed does to a mean
    let gains = [ for before, after in List.pairwise means -> before - after ]
    let gain = means.Head - List.last means
    let named = List.zip (changes |> List.map fst |> List.truncate gains.Length) gains |> List.sortByDescending snd
    let naming (chosen: (string * float) list) = listed [ for name, gain in chosen -> $"{name} (%.3f{gain})" ]
    let verdict, measured =
        if seeds = 1 then
            $"With one seed no gain is clear: {naming named}.",
            "losses are of one seed; how much its choice moves them takes more seeds to measure."
        else
            let clear, rest = named |> List.partition (fun (_, gain) -> gain > 2.0 * noise)
            $"Clear gains: {naming clear}; no clear gain: {naming rest}.",
            $"losses are means over {seeds} seeds, whose choice moves them by about %.3f{noise}. A gain is called \
                clear beyond twice that."
    for i, mean in List.indexed means do
        lab.Metric($"val_loss_{i}", mean, title = $"validation loss, {fst steps[i]} (nats a token)")
    lab.Metric("gain", gain, true, "gain of all changes (nats a token)")
    lab.Answer(
        $"All changes together lower the validation loss from %.3f{means.Head} to %.3f{List.last means} nats a token \
            after {Numeral.Of(updates: int)} updates. {verdict}",
        [ Estimate("gain of all changes", gain, "nats a token", (if seeds > 1 then 2.0 * noise else nan))
          Estimate("loss with nanoGPT's settings", means.Head, "nats a token")
          Estimate("loss with all changes", List.last means, "nats a token") ],
        Chart.Bar(gains |> List.rev, changes |> List.map fst |> List.truncate gains.Length |> List.rev)
        |> Chart.withTitle "What each change is worth"
        |> Chart.withXAxisStyle "gain (nats a token)")

    // ---- How -------------------------------------------------------------------------------------------------------
    let row i (name, _) =
        let milliseconds = [ for _, history in runs[i] -> 1000.0 * history.Last.Seconds / float updates ] |> List.min
        let gain = if i = 0 then null else box (Math.Round(gains[i - 1], 4))
        name, fst runs[i].[0], Math.Round(means[i], 4), gain, Math.Round(milliseconds, 1)
    let columns = [ "settings"; "parameters"; "validation loss"; "gain (nats)"; "ms an update, one thread" ]
    let rows = List.mapi row steps
    lab.Report.Section "What each change is worth"
    lab.Report.Text $"Each row keeps the changes above it. All are trained for {Numeral.Of(updates: int)} updates of \
        {start.Batch * start.Context} tokens; {measured}"
    lab.Report.Table(columns, rows)
    lab.Table(columns, rows)
    let curve ((name, _), ofSeeds: (int * History)[]) =
        let records = (snd ofSeeds[0]).Records
        Chart.Line([ for record in records -> record.Updates, record.ValidationLoss ], Name = name)
    lab.Report.Chart(
        Chart.combine (Seq.map curve (Seq.zip steps runs))
        |> Chart.withTitle "Validation loss of the first seed"
        |> Chart.withXAxisStyle "updates"
        |> Chart.withYAxisStyle "nats a token",
        "The lower a curve, the faster the model learns from the same text.")
    if not lab.Quick then lab.CheckAtLeast("all changes together lower the loss by", gain, 0.1))
