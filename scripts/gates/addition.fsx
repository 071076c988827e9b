// Question  Can the trained full adder add numbers of any width?
// Data      Two binary numbers, 11011 and 11111 or your own (--add 1011,110), and 1000 random pairs of 32 digits.
// Method    The documented adder is used once a digit, from the right, each carry out becoming the next carry in.
// Expected  11011 + 11111 = 111010, as documented, and every random sum right. 2 s.
#load "../crucible.fsx"
#load "networks.fsx"

open System
open Crucible
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Tensors
open Plotly.NET

type Options =
    { [<Option "two numbers in binary digits, as 1011,110">] Add: string list }

let defaults = { Add = [ "11011"; "11111" ] }

/// The two numbers that are to be added, with a wrong option refused.
let addends = function
    | [ a; b ] when Seq.forall (fun digit -> digit = '0' || digit = '1') (a + b) && a <> "" && b <> "" -> a, b
    | other ->
        let given = String.Join(",", (other: string list))
        raise (OptionException $"--add must be two numbers of the digits 0 and 1, as 1011,110, got '{given}'.")

/// Adds numbers of one width, all sums at once: the adder takes the digits from the right, and its carry out is the
/// next one's carry in.
let rippleCarry (adder: Network) (a: int[][]) (b: int[][]) =
    let sums = Array.init a.Length (fun _ -> Array.zeroCreate (a[0].Length + 1))
    let mutable carry = Array.zeroCreate a.Length
    for place in a[0].Length - 1 .. -1 .. 0 do
        let digit (at: int[]) =
            match at[1] with
            | 0 -> a[at[0]][place]
            | 1 -> b[at[0]][place]
            | _ -> carry[at[0]]
        let output = rounded (adder.Predict(Tensor.Init([ a.Length; 3 ], digit >> float, DType.Float64)))
        for n in 0 .. a.Length - 1 do sums[n][place + 1] <- output[n, 0]
        carry <- output[*, 1]
    for n in 0 .. a.Length - 1 do sums[n][0] <- carry[n]
    sums

let digitsOf (width: int) (text: string) = [| for digit in text.PadLeft(width, '0') -> int digit - int '0' |]
let numberOf (digits: int[]) = digits |> Array.fold (fun number digit -> number * 2I + bigint digit) 0I
let toText (digits: int[]) =
    match String.Join("", digits).TrimStart '0' with
    | "" -> "0"
    | text -> text

let question = "Can the trained full adder add numbers of any width?"

Experiment.Run(question, defaults, fun lab ->
    let a, b = addends lab.Options.Add
    let count = lab.Pick(1000, 100)
    let adder = network lab.Token 3 fullAdder

    let width = max a.Length b.Length
    let sum = rippleCarry adder [| digitsOf width a |] [| digitsOf width b |] |> Array.exactlyOne |> toText
    let expected = toText (digitsOf 1 ((numberOf (digitsOf width a) + numberOf (digitsOf width b)).ToString "B"))
    let generator = Generator(lab.SeedOf 3)
    let numbers () = Array.init count (fun _ -> Array.init 32 (fun _ -> int (generator.NextUInt64() >>> 63)))
    let left, right = numbers (), numbers ()
    let isRight x y z = numberOf x + numberOf y = numberOf z
    let good = Array.map3 isRight left right (rippleCarry adder left right) |> Array.filter id |> Array.length

    // How sure the adder is of every digit: the output furthest from 0 and 1 on any row.
    let outputs = (adder.Predict fullAdder.X).ToArray2D()
    let unsure = outputs |> Seq.cast<float> |> Seq.map (fun p -> min p (1.0 - p)) |> Seq.max
    let bars =
        Chart.combine
            [ for i, name in List.indexed fullAdder.Outputs ->
                let keys = [ for row in 0..7 -> $"{row >>> 2} + {row >>> 1 &&& 1} + {row &&& 1}" ]
                Chart.Column(List.ofArray outputs[*, i], Keys = keys, Name = name) ]
        |> Chart.withTitle "What the adder gives for a + b + carry in"
        |> Chart.withYAxisStyle ("output of the sigmoid", MinMax = (0.0, 1.0))

    lab.Answer(
        $"{a} + {b} = {sum}. Of {count} random sums of two 32-digit numbers {good} came out right: no output is \
            further than %.2f{unsure} from 0 or 1, and rounding every digit keeps errors from growing.",
        [ Estimate("random sums of 32 digits that are right", good, $"of {count}")
          Estimate("output furthest from 0 or 1", unsure) ],
        bars)
    lab.Report.Section "How"
    lab.Report.Text $"The adder is that of {source}: three hidden units, seed {documentedSeed}. It is used once a \
        digit, from the right, each carry out becoming the next carry in. --add 1011,110 adds numbers of your own."
    lab.Table([ "sum"; "by the trained adder" ], [ ($"{a} + {b}", sum) ])
    lab.Metric("random_sums_right", float good / float count, true, "share of random sums that are right")
    lab.Check($"{a} + {b}", expected, sum, (sum = expected))
    lab.Check("random sums of 32 digits that are right", count, good, (good = count)))
