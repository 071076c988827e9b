// Pictures of gates and of their networks: shared by scripts, no script itself.
[<AutoOpen>]
module GatePictures

open Crucible.Tensors
open Plotly.NET
open Plotly.NET.LayoutObjects

let private places = Array.init 41 (fun i -> -0.5 + float i / 20.0)

/// Column i of the outputs of every row.
let column i (outputs: Tensor) = outputs[*, i]

/// An output over the plane of the inputs a and b, the others fixed; the rows of the truth table are dots where `truth`
/// is 1 and crosses where it is 0.
let boundary (title: string) (others: float list) (value: Tensor -> Tensor) (truth: float * float -> bool) =
    let at (index: int[]) =
        match index[1] with
        | 0 -> places[index[0] % 41]
        | 1 -> places[index[0] / 41]
        | i -> others[i - 2]
    let x = Tensor.Init([ 41 * 41; 2 + others.Length ], at, DType.Float64)
    let corners = [ for a in [ 0.0; 1.0 ] do for b in [ 0.0; 1.0 ] -> a, b ]
    let dots name symbol isOn =
        Chart.Point(List.filter (fun corner -> truth corner = isOn) corners, Name = name, MarkerSymbol = symbol)
        |> Chart.withMarkerStyle (Size = 13, Color = Color.fromHex "#f0c000", Outline = Line.init (Width = 1.0))
    Chart.combine
        [ Chart.Matrix((value x).Reshape(41, 41), X = places, Y = places, Range = (0.0, 1.0), IsSigned = true,
                       IsUpward = true)
          dots "should be 0" StyleParam.MarkerSymbol.X false
          dots "should be 1" StyleParam.MarkerSymbol.Circle true ]
    |> Chart.withTitle title
    |> Chart.withXAxisStyle ("input a", MinMax = (-0.5, 1.5))
    |> Chart.withYAxisStyle ("input b", MinMax = (-0.5, 1.5))

/// The units with their biases and the weights between them.
let drawNetwork (gate: Gate) (network: Network) =
    let w1, w2 = network.Hidden.Weight.ToArray2D(), network.Output.Weight.ToArray2D()
    let height count i = float (count - 1) / 2.0 - float i
    let edge fromX (w: float[,]) i j =
        let y0, y1 = height (w.GetLength 0) i, height (w.GetLength 1) j
        let along part = fromX + part, y0 + part * (y1 - y0)
        let middle = if (i + j) % 2 = 0 then 0.3 else 0.62 // so that crossing lines do not write over each other
        let above = StyleParam.TextPosition.TopCenter
        let color = Color.fromHex (if w[i, j] < 0.0 then "#d55e00" else "#0072b2")
        [ Chart.Line([ along 0.08; along 0.92 ], LineColor = color, LineWidth = 0.5 + abs w[i, j] / 2.0, Opacity = 0.7)
          Chart.Point([ along middle ], MultiText = [ $"%.2f{w[i, j]}" ], TextPosition = above)
          |> Chart.withMarkerStyle (Size = 4, Color = color) ]
    let edges fromX w =
        [ for i in 0 .. Array2D.length1 w - 1 do
            for j in 0 .. Array2D.length2 w - 1 do yield! edge fromX w i j ]
    let nodes x (texts: string list) =
        let places = [ for i in 0 .. texts.Length - 1 -> x, height texts.Length i ]
        Chart.Point(places, MultiText = texts, TextPosition = StyleParam.TextPosition.MiddleCenter)
        |> Chart.withMarkerStyle (Size = 58, Color = Color.fromString "rgba(130,145,165,0.45)")
    let biased names (bias: Tensor) = [ for name, b in Seq.zip names (bias.ToArray()) -> $"{name}\n%.2f{b}" ]
    let hidden = w1.GetLength 1
    let noAxis = LinearAxis.init (Visible = false)
    Chart.combine
        [ yield! edges 0.0 w1
          yield! edges 1.0 w2
          nodes 0.0 gate.Inputs
          nodes 1.0 (biased [ for i in 1 .. hidden -> $"unit {i}" ] network.Hidden.Bias)
          nodes 2.0 (biased gate.Outputs network.Output.Bias) ]
    |> Chart.withTitle $"The trained {gate.Name} with its weights"
    |> Chart.withXAxis noAxis
    |> Chart.withYAxis noAxis
    |> Chart.withLayoutStyle (ShowLegend = false)
    |> Chart.withSize (Width = 620) // narrower, numbers would lie on units: the page scrolls
