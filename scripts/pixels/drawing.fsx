// Trains the model that draws digits and the network that judges them, and draws: shared, no script itself.
[<AutoOpen>]
module PixelsDrawing

open System
open System.IO
open Crucible.Lab.Data
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Layers
open Crucible.Models
open Crucible.Statistics
open Crucible.Tensors
open Crucible.Text
open Crucible.Training
open Plotly.NET

/// Trains the model, from its checkpoint in the folder where there is one.
let trainGpt (lab: ExperimentRun) (drawing: Drawing) (pixels: Pixels) =
    let model = gptOf drawing pixels.Sequences
    use progress = lab.Progress("training", drawing.Updates)
    let onUpdate (update: int) loss = if not lab.Token.IsCancellationRequested then progress.Report(update, loss = loss)
    let options =
        TrainerOptions(
            Updates = drawing.Updates, Seed = drawing.Seed, Schedule = gptSchedule drawing, ClipNorm = 1.0,
            RestoreBest = false, RecordStart = true, RecordEvery = max 1 (drawing.Updates / lab.Pick(10, 1)),
            ShowProgress = false, Checkpoint = gptCheckpointIn lab.Out, CheckpointEvery = max 1 (drawing.Updates / 20),
            Cancellation = lab.Token, OnUpdate = Action<_, _> onUpdate)
    let batches = RowBatches(pixels.Training.Before, pixels.Training.Pixels, drawing.Batch)
    let history =
        (gptTrainer drawing model).Fit(batches, (fun () -> Array.average (bitsByPlace model pixels.Watched)), options)
    lab.Token.ThrowIfCancellationRequested()
    model, history

/// Trains the network that says which digit is drawn, on real digits in the same few shades.
let trainJudge (lab: ExperimentRun) (drawing: Drawing) (pixels: Pixels) =
    let learning, model = judgeOf drawing
    let options =
        TrainerOptions(
            Updates = learning.Updates, Seed = drawing.Seed, Schedule = scheduleOf learning learning.Updates,
            ClipNorm = 1.0, RestoreBest = false, ShowProgress = false, Checkpoint = judgeCheckpointIn lab.Out,
            Cancellation = lab.Token)
    let pictures = pixels.Sequences.Draw pixels.Training.Pixels
    let batches = PictureBatches(pictures, pixels.Training.Labels, learning.Batch, learning.Shift)
    (trainerOf learning model).Fit(batches, options) |> ignore
    lab.Token.ThrowIfCancellationRequested()
    model

/// The share of pictures that the judge takes for what they should be, with its interval.
let recognized (pixels: Pixels) (judge: Layer) (drawn: Tensor) (labels: Tensor) : Interval =
    ConfusionMatrix.Of(probabilitiesOf judge (pixels.Sequences.Draw drawn), labels).Accuracy

/// Draws the rest of pictures whose first pixels are given.
let complete (lab: ExperimentRun) (drawing: Drawing) (pixels: Pixels) model (given: Tensor) labels temperature part =
    let seed = drawing.Seed + uint64 part
    let options = GenerationOptions(Temperature = temperature, Seed = seed, Cancellation = lab.Token)
    pixels.Sequences.Complete(model, given, labels, options)

/// So many of each digit from nothing, by temperature: the pictures' pixels and labels.
let drawAll (lab: ExperimentRun) (drawing: Drawing) (pixels: Pixels) (model: Gpt) (each: int) temperatures =
    let labels = Tensor.Of [ for _ in 1..each do yield! [ 0..9 ] ]
    let nothing = Tensor.Zeros([ 10 * each; 0 ], DType.Int32)
    [ for part, temperature in List.indexed temperatures ->
          temperature, complete lab drawing pixels model nothing labels temperature part, labels ]

// ---- The report --------------------------------------------------------------------------------------------------

/// Bits a pixel while it learns, beside the counts.
let bitsWhileLearning (history: History) (baselines: (string * float) list) =
    let last = history.Last.Updates
    Chart.combine
        [ let measured = [ for record in history.Records -> record.Updates, record.ValidationLoss ]
          Chart.Line(measured, Name = "the model", ShowMarkers = true)
          for name, bits in baselines do
              Chart.Line([ 0, bits; last, bits ], Name = name, LineDash = StyleParam.DrawingStyle.Dash) ]
    |> Chart.withTitle "What a pixel of digits never seen costs"
    |> Chart.withXAxisStyle "updates"
    |> Chart.withYAxisStyle ("bits a pixel", MinMax = (0.0, 1.1 * List.max (List.map snd baselines)))

let reportDrawn (lab: ExperimentRun) (pixels: Pixels) drawn (shares: (float * Interval) list) (real: Interval) =
    lab.Report.Section "What it draws"
    for temperature, (all: Tensor), (labels: Tensor) in drawn do
        let shown = min 40 all.Shape[0]
        let share = shares |> List.find (fun (other, _) -> other = temperature) |> snd
        lab.Report.Pictures(
            PictureGrid(pixels.Sequences.Draw(all.Slice(0, 0, shown)), height = 56),
            $"Temperature {temperature}: asked for 0 to 9, again and again. %.0f{100.0 * share.Estimate} %% of \
                {labels.Shape[0]} are recognized as what was asked for.")
    lab.Report.Text $"The judge is the convolutional network of digits.fsx, trained here on real digits of as few \
        pixels and shades; of test digits it knows %.1f{100.0 * real.Estimate} %%. At a low temperature the drawings \
        are the likeliest ones, and like each other; at a high one they are as various as hands, and then worse."

/// Original, upper half, and several lower halves, side by side for each digit.
let reportCompleted (lab: ExperimentRun) (drawing: Drawing) (pixels: Pixels) (model: Gpt) judge (count: int) =
    let size, half = drawing.Size, drawing.Size / 2 * drawing.Size
    let labels, original = pixels.Test.Labels.Slice(0, 0, count), pixels.Test.Pixels.Slice(0, 0, count)
    let completed =
        [ for part in 100..103 -> complete lab drawing pixels model (original.Slice(1, 0, half)) labels 1.0 part ]
    let dark = Tensor.Zeros([ count; size * size - half ], DType.Int32)
    let upper = Tensor.Concat([ original.Slice(1, 0, half); dark ], 1)
    let gap = Tensor.Full([ count; 1; size; 1 ], 0.5)
    let strips =
        Tensor.Concat(
            [ for one in original :: upper :: completed do
                  pixels.Sequences.Draw one
                  gap ],
            3)
    let all = Tensor.Concat(completed, 0)
    let share = recognized pixels judge all (Tensor.Concat([ for _ in completed -> labels ], 0))
    lab.Metric("completed.recognized", share.Estimate, title = "share of completed digits that is recognized")
    lab.Report.Section "The lower half of digits never seen"
    lab.Report.Pictures(
        PictureGrid(strips, height = 56),
        $"Test digits: as they are, the half that the model was given, and four ways in which it went on, told which \
            digit it is. %.0f{100.0 * share.Estimate} %% of all are recognized.")

/// Where the bits are: by pixel, of the model and of the counts.
let reportPlaces (lab: ExperimentRun) (drawing: Drawing) (bits: float[]) =
    lab.Report.Section "Where the bits are"
    lab.Report.Chart(
        Chart.Matrix(Tensor.Of(bits).Reshape(drawing.Size, drawing.Size))
        |> Chart.withTitle "Bits a pixel, by its place"
        |> Chart.withXAxisStyle "column"
        |> Chart.withYAxisStyle "row",
        "Row by row from the upper left: what comes first in a stroke is the surprise, its rest follows.")
