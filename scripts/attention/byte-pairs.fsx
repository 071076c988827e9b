// Question  Where do tokens come from: what does byte-pair encoding make of aaabdaaabac?
// Data      The text aaabdaaabac, the worked example of "Introduction to Transformers".
// Method    The most frequent pair of neighbours becomes a new token, again and again, until no pair comes twice.
// Expected  Z = aa, Y = ab, X = ZY, and the text XdXac: 5 tokens for 11 letters. 1 s.
#load "../crucible.fsx"

open System
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Text
open Plotly.NET

let text = "aaabdaaabac"
let letters = [ "Z"; "Y"; "X" ] // the course's letters for the new tokens, in their order
let name token = if token < 256 then string (char token) else letters[token - 256]

let question = "Where do tokens come from: what does byte-pair encoding make of aaabdaaabac?"

Experiment.Run(question, fun lab ->
    let train size =
        BytePairTokenizer.Train([ text ], BytePairOptions(VocabularySize = size, Split = SplitPattern.None))
    let tokenizer = train 259
    let tokens = tokenizer.Encode text
    let encoded = String.Join("", Array.map name tokens)
    let merges = [ for m in tokenizer.Merges -> name m.Token, name m.Left + name m.Right, tokenizer.TokenText m.Token ]
    let after merges = if merges = 0 then text.Length else (train (256 + merges)).Encode(text).Length
    let lengths = [ for count in 0..3 -> count, after count ]

    lab.Answer(
        $"{text} becomes {encoded}: {tokens.Length} tokens for {text.Length} letters, after {merges.Length} merges.",
        [ Estimate("tokens", tokens.Length, $"for {text.Length} letters") ],
        Chart.Line(lengths, ShowMarkers = true)
        |> Chart.withTitle "Each merge shortens the text"
        |> Chart.withXAxisStyle "merges"
        |> Chart.withYAxisStyle ("tokens of the text", MinMax = (0.0, float text.Length + 1.0)))

    lab.Report.Section "How"
    lab.Report.Text "The most frequent pair of neighbours becomes a new token, again and again, until no pair comes \
        twice."
    lab.Report.Table([ "merge"; "of"; "stands for" ], merges)
    lab.Table([ "merge"; "of"; "stands for" ], merges)
    lab.Metric("tokens", tokens.Length, true, $"tokens for {text.Length} letters")
    let pairs = [ for _, pair, _ in merges -> pair ]
    let expected = String.Join(", ", [ for token, pair, _ in merges -> $"{token} = {pair}" ])
    lab.Check("byte pairs: the merges", "Z = aa, Y = ab, X = ZY", expected, (pairs = [ "aa"; "ab"; "ZY" ]))
    lab.Check("byte pairs: aaabdaaabac encoded", "XdXac", encoded, (encoded = "XdXac"))
    lab.Check("byte pairs: decoded again", text, tokenizer.Decode tokens, (tokenizer.Decode tokens = text)))
