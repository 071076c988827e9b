// Question  Why are the scores of attention divided by √d?
// Data      Random queries and keys of d standard normal numbers, d = 1 to 1024: 400 queries with 16 keys each for
//           every d.
// Method    How far scores stand apart, the largest of 16 weights, and what a gradient finds to change (the trace of
//           the softmax' Jacobian, Σ p(1 − p)), with and without the division.
// Expected  Scores spread as √d. At d = 1024 the largest of 16 weights averages 0.96 without √d and 0.25 with it, and
//           the division leaves 15 times as much for the gradient. 1 s.
#load "../crucible.fsx"

open System
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Tensors
open Plotly.NET

type Options =
    { [<Option("random queries for each d (400; --quick 100)", Min = 1, Max = 1000000)>] Draws: int option }

type Measured = { D: int; Spread: float; Plain: float; Scaled: float; PlainPasses: float; ScaledPasses: float }

let measure (seed: uint64) draws d =
    let generator = Generator seed
    let query, key = Tensor.Randn(generator, draws, 1, 1, d), Tensor.Randn(generator, draws, 1, 16, d)
    let weights scale =
        query.ScaledDotProductAttentionWithWeights(key, key, AttentionOptions(Scale = Nullable scale)) |> snd
    let largest (w: Tensor) = w.Max(-1).Mean().ToDouble()
    let passes (w: Tensor) = (w * (1.0 - w)).Sum(-1).Mean().ToDouble()
    let plain, scaled = weights 1.0, weights (1.0 / sqrt (float d))
    { D = d; Spread = query.MatMul(key, transposeB = true).Std().ToDouble()
      Plain = largest plain; Scaled = largest scaled; PlainPasses = passes plain; ScaledPasses = passes scaled }

let overD (title: string) (axis: string) axisType (curves: (string * (Measured -> float)) list) (measured: Measured[]) =
    Chart.combine
        [ for name, pick in curves ->
            Chart.Line([ for m in measured -> m.D, pick m ], Name = name, ShowMarkers = true) ]
    |> Chart.withTitle title
    |> Chart.withXAxisStyle ("d, numbers in a query", AxisType = StyleParam.AxisType.Log)
    |> Chart.withYAxisStyle (axis, AxisType = axisType)

let question = "Why are the scores of attention divided by √d?"

Experiment.Run(question, { Draws = None }, fun lab ->
    let draws = defaultArg lab.Options.Draws (lab.Pick(400, 100))
    lab.Config {| Draws = draws |}
    let sizes = [ for power in 0..10 -> 1 <<< power ]
    let measured = lab.InParallel("why √d", sizes, fun d -> measure (lab.SeedOf(1, d)) draws d)
    let logarithms pick = measured |> Array.map (fun m -> log (pick m))
    let struct (_, slope) = MathNet.Numerics.Fit.Line(logarithms (fun m -> float m.D), logarithms _.Spread)
    let small, large = measured[6], Array.last measured

    let log, linear = StyleParam.AxisType.Log, StyleParam.AxisType.Linear
    let spread = [ "measured", _.Spread; "√d", (fun m -> sqrt (float m.D)) ]
    let largest = [ "q·k", _.Plain; "q·k / √d", _.Scaled ]
    let left = [ "q·k", _.PlainPasses; "q·k / √d", _.ScaledPasses ]
    lab.Answer(
        $"Scores grow with d: their standard deviation as d to the power %.2f{slope}. At d = {large.D} the largest of \
            16 weights is %.2f{large.Plain} on average without the division, attention that looks at one key only and \
            hardly learns to look elsewhere; divided by √d it is %.2f{large.Scaled} at every d.",
        [ Estimate($"largest of 16 weights at d = {large.D}", large.Plain)
          Estimate("the same, divided by √d", large.Scaled)
          Estimate("left for the gradient by the division", large.ScaledPasses / large.PlainPasses, "times as much") ],
        overD "The largest of 16 weights" "mean over queries" linear largest measured)

    lab.Report.Section "How"
    lab.Report.Text $"The product of two vectors of d standard normal numbers is a sum of d terms of variance 1, so \
        its standard deviation grows as √d. At d = {large.D} scores stand %.0f{large.Spread} apart; of 16 keys the \
        largest then gets %.0f{100.0 * large.Plain} %% of the weight, and what a gradient finds to change, Σ p(1 − p), \
        has fallen to %.3f{large.PlainPasses}. Divided by √d the weights are the same at every d: the largest gets \
        %.0f{100.0 * large.Scaled} %%, and %.2f{large.ScaledPasses} is left for the gradient, \
        %.0f{large.ScaledPasses / large.PlainPasses} times as much."
    lab.Report.Charts(
        [ overD "How far scores stand apart" "standard deviation of q·k" log spread measured
          overD "What is left for the gradient" "Σ p(1 − p), mean over queries" linear left measured ],
        $"Random queries and keys, {draws} queries for each d.")
    lab.Table([ "d"; "largest weight"; "divided by √d" ], [ for m in measured -> m.D, m.Plain, m.Scaled ])
    lab.Metric("spread_exponent", slope, title = "scores spread as d to the power of")
    lab.Metric("largest_weight_unscaled_1024", large.Plain, true, "largest of 16 weights, d = 1024")
    lab.Metric("largest_weight_scaled_1024", large.Scaled, true, "largest of 16 weights, d = 1024, divided by √d")
    lab.Metric("gradient_left_unscaled_1024", large.PlainPasses, title = "left for the gradient, d = 1024")
    lab.Metric("gradient_left_scaled_1024", large.ScaledPasses, title = "left for the gradient, divided by √d")
    lab.CheckBetween("scores spread as d to the power of", slope, 0.47, 0.53)
    lab.CheckBetween("largest weight at d = 1024 over that at d = 64, scaled", large.Scaled / small.Scaled, 0.9, 1.1)
    lab.CheckAtLeast("largest of 16 weights at d = 1024, not scaled", large.Plain, 0.9))
