// Question  Can a language model draw? Digits as sentences of pixels.
// Data      MNIST in 14×14 pixels of 8 grays: 59 000 digits train, 1000 are watched, 10 000 of other writers judge.
// Method    A GPT reads which digit is wanted, then pixel after pixel, row by row, and learns to say the next one
//           (iGPT, Chen et al. 2020). Bits a pixel of digits never seen, beside counting pixels by their place, and by
//           their left and upper neighbours. It completes digits and draws new ones; the convolutional network of
//           digits.fsx, trained here on digits as small, says what they are. A run that was killed goes on with
//           --resume.
// Expected  Fewer bits than with neighbours by a fifth; 90 % of what it draws is recognized. 3 minutes on two cores.
// See also  digits.fsx (says which digit it is), shakespeare.fsx (the same model on letters).
#load "crucible.fsx"
#load "digits/setting.fsx"
#load "pixels/setting.fsx"
#load "pixels/options.fsx"
#load "pixels/drawing.fsx"

open System.Diagnostics
open Crucible.Lab.Data
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Statistics

type Options =
    { Wanted: Wanted
      [<Option("goes on with a run that was stopped: its folder; alone --out's, or the latest", Alone = "latest",
               IsFile = true)>]
      Resume: string option }

let defaults = { Wanted = asUsualDrawn; Resume = None }

Experiment.Run("Can a language model draw digits, pixel by pixel?", defaults, fun lab ->
    // ---- Data ------------------------------------------------------------------------------------------------------
    let clock, options = Stopwatch.StartNew(), lab.Options
    let drawing: Drawing =
        match options.Resume with
        | Some named -> resumeDrawing lab options.Wanted named
        | None -> drawingOf lab options.Wanted
    let pixels = pixelsOf drawing
    if options.Resume.IsNone then RunSetting.Begin(lab.Out, drawing, files)
    lab.Config drawing

    // ---- Method: train the model and its judge, then draw ----------------------------------------------------------
    let model, history = trainGpt lab drawing pixels
    let judge = trainJudge lab drawing pixels
    let real = recognized pixels judge pixels.Test.Pixels pixels.Test.Labels
    let counted context = PixelCounts(pixels.Sequences, pixels.Training.Pixels, context).BitsPerPixel pixels.Test.Pixels
    let independent, neighbours = counted PixelContext.Place, counted PixelContext.Neighbours
    let places = bitsByPlace model pixels.Test
    let bits = Array.average places
    let drawn = drawAll lab drawing pixels model (lab.Pick(20, 1)) [ 1.0; 0.7; 1.3 ]
    let shares = [ for temperature, all, labels in drawn -> temperature, recognized pixels judge all labels ]
    let share = snd shares.Head

    // ---- Answer ----------------------------------------------------------------------------------------------------
    lab.Answer(
        $"A pixel of digits that it never saw costs the model %.3f{bits} bits, where counting by the left and upper \
            neighbours needs %.3f{neighbours} and by its place alone %.3f{independent}. Of what it draws from nothing \
            %.0f{100.0 * share.Estimate} %% is recognized as the digit asked for; of real test digits as small, \
            %.1f{100.0 * real.Estimate} %%.",
        [ Estimate("bits a pixel", bits)
          Estimate("below the neighbours'", 100.0 * (1.0 - bits / neighbours), "%")
          Estimate("drawings recognized", 100.0 * share.Estimate, "%", 100.0 * share.HalfWidth) ],
        bitsWhileLearning history [ "left and upper neighbours", neighbours; "each pixel alone", independent ],
        "While it learns, on digits set aside; the counts are of test digits. ± is the 95 % interval over drawings.")
    lab.Metric("bits_per_pixel", bits, true, "bits a pixel")
    lab.Metric("independent.bits_per_pixel", independent, title = "bits a pixel, by its place alone")
    lab.Metric("neighbours.bits_per_pixel", neighbours, true, "bits a pixel, by left and upper neighbours")
    lab.Metric("recognized", share.Estimate, true, "share of drawings that is recognized")
    for temperature, share in shares.Tail do
        let title = $"share that is recognized at temperature {temperature}"
        lab.Metric($"recognized_at_{temperature}", share.Estimate, title = title)
    lab.Metric("real.recognized", real.Estimate, title = "share of real test digits that is recognized")
    lab.Metric("train_seconds", history.Last.Seconds, title = "seconds of training")

    // ---- What it draws, and what else ------------------------------------------------------------------------------
    reportDrawn lab pixels drawn shares real
    reportCompleted lab drawing pixels model judge (lab.Pick(20, 4))
    lab.Report.Section "How it learned"
    let last = history.Last
    lab.Report.Text $"{Numeral.Of model.ParameterCount} parameters saw {Numeral.Of(float last.Items)} digits in \
        {Numeral.Of last.Updates} updates, %.0f{last.Seconds} seconds. It is told which digit comes, \
        the counts are not: to tell them would cost %.3f{log 10.0 / log 2.0 / float pixels.Sequences.Length} bits a \
        pixel. Every count begins at 1, so that nothing is impossible."
    reportPlaces lab drawing places
    model.Save(gptIn lab.Out)
    lab.Metric("seconds", clock.Elapsed.TotalSeconds, title = "seconds in all")

    // ---- Checks ----------------------------------------------------------------------------------------------------
    lab.CheckAtMost("bits a pixel by neighbours, over each pixel alone", neighbours / independent, 1.0)
    if drawing = usualDrawing drawing.Seed then
        lab.CheckAtMost("bits a pixel, over the neighbours'", bits / neighbours, 0.8)
        lab.CheckAtLeast("drawings recognized", share.Estimate, 0.8)
        lab.CheckAtLeast("real test digits recognized", real.Estimate, 0.97))
