// Question  What does attention compute, step by step, and are the numbers of a handwritten course right?
// Data      The worked examples of "Introduction to Transformers": the, cat, sat; a padded sentence; the norm of [2 4 6
//           8]; two scores; the positions of two words.
// Method    Every example is computed by the library's own layers, and the course's numbers stand beside it.
// Expected  Every value as recomputed by hand; the course slipped at eight places. 1 s.
// More      attention/scaling.fsx: why √d (--draws)? attention/positions.fsx and translation.fsx: what do positions and
//           cross-attention learn (--steps)? attention/byte-pairs.fsx: where do tokens come from?
#load "crucible.fsx"
#load "attention/course.fsx"

open System
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Layers
open Crucible.Tensors
open Plotly.NET

[<Moved("scripts/attention/scaling.fsx", "draws"); Moved("scripts/attention/positions.fsx", "steps")>]
type Options() = class end

type Example =
    { Name: string
      Title: string
      Says: string
      Steps: Step list
      Pictures: GenericChart list
      Caption: string }

let minus = Double.NegativeInfinity

// ---- Three words look at each other ----------------------------------------------------------------------------

let words = [ "The"; "cat"; "sat" ]
let x = matrix [ [ 1.0; 0.0; 1.0; 0.0 ]; [ 0.0; 1.0; 0.0; 1.0 ]; [ 1.0; 1.0; 1.0; 1.0 ] ]
let query, key, value = (linear 4).Forward x, (linear 4).Forward x, (linear 4).Forward x
let scores = query.MatMul(key, transposeB = true)
let weights = Softmax().Forward(scores / sqrt 4.0)
let output = weights.MatMul value

let selfAttention =
    let numbers = List.ofArray (x.ToArray())
    let products = [ 2.0; 0.0; 2.0; 0.0; 2.0; 2.0; 2.0; 2.0; 4.0 ]
    { Name = "the cat sat"; Title = "Three words look at each other"
      Says = "Each word has a vector of four numbers, and its query, key and value are that same vector, because the \
          weights are the identity. A score is the product of a query and a key; divided by √4 and passed through a \
          softmax, the scores of one query become weights that sum to 1; the output is the values averaged with these \
          weights."
      Steps =
        [ step "queries = keys = values" (0, 0) numbers numbers query ""
          step "scores Q·Kᵀ" (0, 0) products products scores ""
          step "divided by √4" (0, 0) [] [ 1.0; 0.0; 1.0; 0.0; 1.0; 1.0; 1.0; 1.0; 2.0 ] (scores / sqrt 4.0) ""
          step "weights" (4, 4) [ 0.4223; 0.1554; 0.4223; 0.1554; 0.4223; 0.4223; 0.2119; 0.2119; 0.5762 ]
              [ 0.4223; 0.1554; 0.4223; 0.1554; 0.4223; 0.4223; 0.2119; 0.2119; 0.5761 ] weights
              "the last one is 0.57612, which the course rounds up so that the row sums to 1"
          step "output of The" (4, 4) [ 1.2669; 0.9999; 1.2669; 0.9999 ] [ 0.8446; 0.5777; 0.8446; 0.5777 ]
              (output.Slice(0, 0, 1))
              "the weight of sat's value, 0.4223, was added twice; weights that sum to 1 give at most the largest, 1"
          step "outputs of cat and sat" (4, 4) [] [ 0.5777; 0.8446; 0.5777; 0.8446; 0.7881; 0.7881; 0.7881; 0.7881 ]
              (output.Slice(0, 1)) "" ]
      Pictures =
        [ heat "Scores Q·Kᵀ" "word looked at" words words scores
          heat "Outputs" "place in the output's vector" words [ "1st"; "2nd"; "3rd"; "4th" ] output ]
      Caption =
        "\"The\" has as much in common with sat as with itself, and nothing with cat: both get the same weight, and \
            cat the rest." }

// ---- What may be seen ------------------------------------------------------------------------------------------

let sentence = matrix [ [ 0.1; 0.2; 0.3; 0.4 ]; [ 0.5; 0.6; 0.7; 0.8 ]; [ 0.9; 1.0; 1.1; 1.2 ]; [ 0.0; 0.0; 0.0; 0.0 ] ]
let padding = Tensor.Of [| true; true; true; false |]
let options = AttentionOptions(IsCausal = true, Mask = padding)

let masks =
    let scores = ((linear 4).Forward sentence).MatMul((linear 4).Forward sentence, transposeB = true)
    let seen = Tensor.Ones([ 4; 4 ], DType.Bool).Tril().And padding
    let hidden = (scores / 2.0).MaskedFill(seen.Not(), minus)
    let _, weights = sentence.ScaledDotProductAttentionWithWeights(sentence, sentence, options)
    let mask = [ 1.0; 0.0; 0.0; 0.0; 1.0; 1.0; 0.0; 0.0; 1.0; 1.0; 1.0; 0.0; 1.0; 1.0; 1.0; 0.0 ]
    let names = [ "word 1"; "word 2"; "word 3"; "padding" ]
    { Name = "masks"; Title = "Masks: what may be seen"
      Says = "A word must not see what comes after it, for that is what it is to predict (look-ahead mask), and nobody \
          should see the padding that makes sentences equally long (padding mask). A score that is not to be seen \
          becomes −∞, and its weight 0."
      Steps =
        [ step "scores Q·Kᵀ" (2, 2) [ 0.3; 0.7; 1.1; 0.0; 0.7; 1.9; 3.1; 0.0; 1.1; 3.1; 5.1; 0.0; 0.0; 0.0; 0.0; 0.0 ]
              [ 0.3; 0.7; 1.1; 0.0; 0.7; 1.74; 2.78; 0.0; 1.1; 2.78; 4.46; 0.0; 0.0; 0.0; 0.0; 0.0 ] scores
              "0.5² + 0.6² + 0.7² + 0.8² is 1.74, and so on"
          step "combined mask" (0, 0) mask mask (seen.To DType.Float64) ""
          step "masked scores, rows 1-3" (2, 2)
              [ 0.3; minus; minus; minus; 0.7; 1.9; minus; minus; 1.1; 3.1; 5.1; minus ]
              [ 0.15; minus; minus; minus; 0.35; 0.87; minus; minus; 0.55; 1.39; 2.23; minus ] (hidden.Slice(0, 0, 3))
              "besides those scores, the division by √4 was announced and forgotten"
          step "weights, rows 1-3" (1, 4) [ 1.0; 0.0; 0.0; 0.0; 0.3; 0.7; 0.0; 0.0; 0.1; 0.3; 0.6; 0.0 ]
              [ 1.0; 0.0; 0.0; 0.0; 0.3729; 0.6271; 0.0; 0.0; 0.1152; 0.2668; 0.6180; 0.0 ] (weights.Slice(0, 0, 3))
              "estimated: neither its own scores nor the scaled ones give 0.3 and 0.7"
          step "weights of the padding" (1, 4) [ 1.0; 0.0; 0.0; 0.0 ] [ 0.3333; 0.3333; 0.3333; 0.0 ]
              (weights.Slice(0, 3))
              "its three visible scores are all 0, so they share equally; nobody reads this row" ]
      Pictures =
        [ heat "Scores / √4, masked" "word looked at" names names hidden
          heat "Weights" "word looked at" names names weights ]
      Caption = "Scores that are hidden, −∞, have no colour; their weights are 0, and each row sums to 1." }

// ---- Three short ones ------------------------------------------------------------------------------------------

let normalization =
    let x = matrix [ [ 2.0; 4.0; 6.0; 8.0 ] ]
    let moments = Tensor.Stack [ x.Mean(); x.Var([ 0; 1 ], correction = 0) ]
    let normal = LayerNorm(4, 1e-5, dtype = DType.Float64).Forward x
    { Name = "layer norm"; Title = "Layer normalization"
      Says = "Each vector is brought to mean 0 and variance 1 by itself; γ and β, here 1 and 0, are learned."
      Steps =
        [ step "mean and variance" (1, 1) [ 5.0; 5.0 ] [ 5.0; 5.0 ] moments ""
          step "normalized" (2, 4) [ -1.34; -0.45; 0.45; 1.34 ] [ -1.3416; -0.4472; 0.4472; 1.3416 ] normal "" ]
      Pictures = []
      Caption = "" }

let twoKeys =
    let keys = matrix [ [ 1.0; 0.0; 1.0; 0.0 ]; [ 0.0; 1.0; 0.0; 1.0 ] ]
    let scores = (matrix [ [ 2.0; 3.0; 4.0; 1.0 ] ]).MatMul(keys, transposeB = true)
    { Name = "two keys"; Title = "Scores with and without √d"
      Says = "Divided by √4, two scores give softer weights; scripts/attention/scaling.fsx shows why that matters."
      Steps =
        [ step "scores" (0, 0) [ 6.0; 4.0 ] [ 6.0; 4.0 ] scores ""
          step "softmax of the scores" (2, 2) [ 0.88; 0.12 ] [ 0.88; 0.12 ] (scores.Softmax()) ""
          step "scores / √4" (0, 0) [ 3.0; 2.0 ] [ 3.0; 2.0 ] (scores / sqrt 4.0) ""
          step "softmax of those" (2, 2) [ 0.73; 0.27 ] [ 0.73; 0.27 ] ((scores / sqrt 4.0).Softmax()) "" ]
      Pictures = []
      Caption = "" }

let positions =
    let waves = SinusoidalPositions(3, 4, dtype = DType.Float64)
    let first, second = waves.Table.Slice(0, 0, 1), waves.Table.Slice(0, 1, 2)
    let cat = (waves.Forward(matrix [ [ 0.0; 0.0; 0.0; 0.0 ]; [ 0.5; 0.6; 0.7; 0.8 ] ])).Slice(0, 1)
    { Name = "sinusoidal positions"; Title = "Sinusoidal positions"
      Says = $"Waves of different lengths are added to the words' vectors. The course writes the last number of \
          position 1 as cos(1 / 10000^(3/4)), which would be {show 6 1 [ cos (10000.0 ** -0.75) ]}; the sine and the \
          cosine of a pair share the exponent 2/4, which gives the {show 5 1 [ waves.Table.ToArray()[7] ]} that it \
          prints."
      Steps =
        [ step "position 0" (4, 4) [ 0.0; 1.0; 0.0; 1.0 ] [ 0.0; 1.0; 0.0; 1.0 ] first ""
          step "position 1" (4, 5) [ 0.8415; 0.5403; 0.01; 0.99995 ] [ 0.84147; 0.5403; 0.01; 0.99995 ] second ""
          step "as added to cat" (2, 4) [ 0.84; 0.34; 0.01; 0.99 ] [ 0.8415; 0.5403; 0.01; 0.99995 ] second
              "0.54 became 0.34, and 0.99995 rounds to 1.00"
          step "cat at position 1" (2, 4) [ 1.34; 0.94; 0.01; 1.79 ] [ 1.3415; 1.1403; 0.71; 1.8 ] cat
              "the slips above, and 0.7 + 0.01 is 0.71" ]
      Pictures = []
      Caption = "" }

let question = "What does attention compute, step by step, and are the numbers of a handwritten course right?"

Experiment.Run(question, Options(), fun lab ->
    let examples = [ selfAttention; masks; normalization; twoKeys; positions ]
    let slips = [ for example in examples -> example.Title, example.Steps |> List.filter isSlip |> List.length ]
    let total, steps = List.sumBy snd slips, examples |> List.sumBy _.Steps.Length
    lab.Answer(
        $"Attention averages values with weights that a softmax makes of the products of queries and keys. In {total} \
            of {steps} steps the course prints other numbers than come out: "
        + listed [ for title, count in slips do if count > 0 then $"{count} in \"{title}\"" ]
        + ". None changes what it teaches.",
        [ Estimate("slips of the course", total, $"of {steps} steps") ],
        heat "Weights of \"The\", \"cat\" and \"sat\"" "word looked at" words words weights)
    lab.Report.Text $"The course is {source}. What it works through is"
    lab.Report.Formula(
        "Attention(Q, K, V) = softmax(Q Kᵀ / √d) V",
        "where the rows of Q, K and V are the queries, keys and values of the words, and d is the length of a key.")
    for example in examples do
        lab.Report.Section example.Title
        lab.Report.Text example.Says
        lab.Report.Table([ "step"; "the course"; "computed"; "note" ], List.map row example.Steps)
        if not example.Pictures.IsEmpty then lab.Report.Charts(example.Pictures, example.Caption)
        for step in example.Steps do
            let actual = written step (step.Computed.ToArray())
            lab.Check($"{example.Name}: {step.What}", written step step.Right, actual, isRight step)
    lab.Table([ "example"; "steps in which the course slipped" ], slips)

    let layer =
        MultiHeadAttentionOptions(Weight = identity, OutputWeight = identity, HasBias = false, DType = DType.Float64)
        |> fun options -> SelfAttention(4, 1, Generator 0UL, options)
    let difference = ((layer.Forward(x.Unsqueeze 0)).Reshape(3, 4) - output).Abs().Max().ToDouble()
    lab.CheckAtMost("the layer SelfAttention, which stores no weights, differs from the steps by", difference, 1e-12)
    let far = Tensor.Concat [ sentence.Slice(0, 0, 2); sentence.Slice(0, 2) * 100.0 ]
    let firstTwo (x: Tensor) = x.ScaledDotProductAttention(x, x, options).Slice(0, 0, 2)
    let changed = (firstTwo far - firstTwo sentence).Abs().Max().ToDouble()
    lab.CheckAtMost("the outputs of words 1 and 2 change, when word 3 is made a hundred times larger, by", changed, 0.0)
    lab.Metric("slips", total, true, "steps in which the course slipped")
    lab.Check("steps in which the course slipped", 8, total, (total = 8)))
