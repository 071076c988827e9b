// Says which digit a picture file shows: shared, no script itself.
[<AutoOpen>]
module DigitsAnswering

open System
open Crucible.Lab.Data
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Models
open Crucible.Tensors
open Plotly.NET

/// Pictures, and the same with what a Vision Transformer's class token looked at in orange.
let lookedAt (model: VisionTransformer) (pictures: Tensor) (captions: string seq) =
    let highlighted = PictureShape.Highlight(pictures, model.RollOut pictures)
    PictureGrid(highlighted, captions)

let predict (lab: ExperimentRun) (model: string option) (file: string) =
    let digit = (PictureShape.ReadDigit file).Unsqueeze 0 // [1, 1, 28, 28]
    let folder, networks = loadModels lab model
    lab.Config {| Predict = NamedFile.Describe file; Model = NamedFile.Describe folder |}
    let found = [ for kind, network in networks -> kind, (probabilitiesOf network digit).ToArray() ]
    let best =
        [ for kind, chances in found do
              let chance = Array.max chances
              kind, Array.IndexOf(chances, chance), chance ]
    let _, answer, chance = best |> List.find (fun (kind, _, _) -> kind = Kind.Conv)
    let others = [ for kind, taken, _ in best do if taken <> answer then $"the {named kind} takes it for a {taken}" ]
    let besides = if others.IsEmpty then "All four networks agree." else $"But {listed others}."
    let bars = [ for kind, chances in found -> Chart.Column(chances, [ 0..9 ], Name = named kind) ]
    lab.Answer(
        $"The convolutional network sees a {answer}, with a probability of %.3f{chance}. {besides}",
        [ Estimate("probability", chance) ],
        Chart.combine bars
        |> Chart.withTitle "Which digit it might be"
        |> Chart.withXAxisStyle "digit"
        |> Chart.withYAxisStyle "probability")
    lab.Metric("digit", answer, true, "the digit seen")
    lab.Metric("probability", chance, true, "probability of the digit")
    let columns = [ "digit"; yield! List.map (fst >> named) found ]
    let rows = [ for i in 0..9 -> [ box i; yield! [ for _, chances in found -> box (Math.Round(chances[i], 4)) ] ] ]
    lab.Table(columns, rows)
    lab.Report.Section "What the networks were shown"
    lab.Report.Pictures(
        PictureGrid(digit, [ "as they see it" ]),
        "As the digits that they learned from: light on dark, in a box of 20×20, the middle of its mass that of 28×28.")
    match List.head networks with
    | _, (:? VisionTransformer as transformer) ->
        lab.Report.Pictures(lookedAt transformer digit [ "looked at" ], "Where the Vision Transformer looked.")
    | _ -> ()
    lab.Report.Table(columns, rows)
    lab.Report.Text $"The networks were read from {NamedFile.Describe folder}."
