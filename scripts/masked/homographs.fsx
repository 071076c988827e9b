// Words that are a noun here and a verb there: do their vectors tell? Shared, no script itself.
[<AutoOpen>]
module MaskedHomographs

open System
open System.Collections.Generic
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Layers
open Crucible.Models
open Crucible.Statistics
open Crucible.Tensors
open Crucible.Text
open Plotly.NET

let homographs =
    "bear lie will love fear rest sleep hate part hope like fall fight leave answer thought help care charge command \
     comfort curse end wrong change light dream"
        .Split([| ' ' |], StringSplitOptions.RemoveEmptyEntries)

let private beforeNouns = set ("a an the my thy his her our your their this that no of in mine thine".Split ' ')

let private beforeVerbs =
    "to i we they you thou ye will shall can may must would should could did do not cannot let me him them us who"
        .Split ' '
    |> set

/// A place where a homograph stands, with the word before it hidden: that word is what its kind was told by.
type Occurrence = { Word: string; IsVerb: bool; Shown: string; Hidden: int[]; Place: int; Speech: int }

/// As many nouns as verbs of every homograph, so that the word alone tells nothing.
let occurrencesOf setting (tokenizer: Tokenizer) (speeches: Speech[]) =
    let text = [| for id in 0 .. tokenizer.VocabularySize - 1 -> (tokenizer.TokenText id).Trim() |]
    let mask, half = maskOf tokenizer, setting.Context / 2
    let found =
        [| for number, speech in Array.indexed speeches do
               let tokens = encode tokenizer speech.Words
               for place in 1 .. tokens.Length - 1 do
                   let word, before = text[tokens[place]], text[tokens[place - 1]]
                   let isNoun, isVerb = beforeNouns.Contains before, beforeVerbs.Contains before
                   if isNoun <> isVerb && Array.contains word homographs then
                       let first = max 0 (min (place - half) (tokens.Length - setting.Context))
                       let window = tokens[first .. min tokens.Length (first + setting.Context) - 1]
                       let shown = String.Join(' ', [ for token in window -> text[token] ])
                       { Word = word; IsVerb = isVerb; Shown = shown; Place = place - first; Speech = number
                         Hidden = Array.updateAt (place - first - 1) mask window } |]
    let generator = Generator(seedOf setting [ 4 ])
    [| for _, ofWord in Array.groupBy _.Word found do
           let verbs, nouns = ofWord |> Array.partition _.IsVerb
           let each = min verbs.Length nouns.Length
           for kind in [ verbs; nouns ] do
               for i in Array.truncate each (generator.Permutation kind.Length) do kind[i] |]

/// The vectors [N, C] of the homographs in their sentences.
let vectorsOf (model: MaskedLanguageModel) (occurrences: Occurrence[]) =
    let ofBatch (batch: Occurrence[]) =
        Tensor.Evaluate(fun () ->
            let ids = Translator.Pad(batch |> Array.map (fun one -> one.Hidden :> IReadOnlyList<int>))
            let features = model.Features(ids, Pass.Evaluation)
            let places = [| for row, one in Array.indexed batch -> row * ids.Shape[1] + one.Place |]
            features.Reshape(-1, features.Shape[2]).Rows places)
    Tensor.Concat(occurrences |> Array.chunkBySize 256 |> Array.map ofBatch)

/// The words up to three places away, those on the left and on the right apart, without the hidden one: [N, 2V].
let neighboursOf tokens mask (occurrences: Occurrence[]) =
    let bag = Array.zeroCreate<float32> (occurrences.Length * 2 * tokens)
    for row, one in Array.indexed occurrences do
        for place in max 0 (one.Place - 4) .. min (one.Hidden.Length - 1) (one.Place + 3) do
            let side = if place < one.Place then 0 else tokens
            if place <> one.Place && one.Hidden[place] <> mask then
                bag[row * 2 * tokens + side + one.Hidden[place]] <- 1.0f
    Tensor.From(bag, occurrences.Length, 2 * tokens)

/// Which occurrences logistic regression tells rightly in five folds of speeches; one fold in turn chooses the penalty.
let toldOf (features: Tensor) (occurrences: Occurrence[]) =
    let kinds = occurrences |> Array.map (fun one -> if one.IsVerb then 1 else 0)
    let right = Array.zeroCreate<bool> occurrences.Length
    for fold in 0..4 do
        let part number = [| for i, one in Array.indexed occurrences do if one.Speech % 5 = number then i |]
        let test, choosing = part fold, part ((fold + 1) % 5)
        let training = Array.except (Array.append test choosing) [| 0 .. occurrences.Length - 1 |]
        let pick (rows: int[]) = rows |> Array.map (Array.get kinds)
        if training.Length > 0 && choosing.Length > 0 && test.Length > 0 then
            let learned = logistic (features.Rows training) (pick training) (features.Rows choosing) (pick choosing) 2
            for i, kind in Array.zip test (learned (features.Rows test)) do right[i] <- (kind = kinds[i])
    right

type Read = { Occurrences: Occurrence[]; Contextual: bool[] list; Static: bool[]; Neighbours: bool[]; Vectors: Tensor }

let readHomographs (lab: ExperimentRun) setting tokenizer speeches (trained: Trained list) =
    let occurrences = occurrencesOf setting tokenizer speeches
    if occurrences.Length < 40 then None
    else
        let model = trained.Head.Masked
        let vectors = [ for one in trained -> vectorsOf one.Masked occurrences ]
        let ids = occurrences |> Array.map (fun one -> one.Hidden[one.Place])
        let jobs =
            [ for rows in vectors do standardized rows rows
              let still = model.TokenVectors.Detach().Rows ids in standardized still still
              neighboursOf tokenizer.VocabularySize (maskOf tokenizer) occurrences ]
        let told = lab.InParallel("homographs", jobs, fun features -> toldOf features occurrences) |> List.ofArray
        let contextual, rest = List.splitAt trained.Length told
        Some
            { Occurrences = occurrences; Contextual = contextual; Static = rest[0]; Neighbours = rest[1]
              Vectors = vectors.Head }

let private picture read word =
    let rows = [| for i, one in Array.indexed read.Occurrences do if one.Word = word then i |]
    let places = (PrincipalComponents.Fit(read.Vectors.Rows rows, 2)).Scores.ToArray() |> Array.chunkBySize 2
    let points name isVerb =
        let own = [ for row, i in Array.indexed rows do if read.Occurrences[i].IsVerb = isVerb then row ]
        Chart.Point([ for row in own -> places[row][0], places[row][1] ], Name = name,
                    MultiText = [ for row in own -> read.Occurrences[rows[row]].Shown ])
        |> GenericChart.mapTrace (fun trace ->
            trace.SetProperty("hoverinfo", "text")
            trace)
    Chart.combine [ points "noun" false; points "verb" true ]
    |> Chart.withTitle $"\"{word}\" in {rows.Length} sentences"

let reportHomographs (lab: ExperimentRun) read =
    let speeches = read.Occurrences |> Array.map _.Speech
    let ofSpeeches right = accuracyOf speeches right
    let contextual, near, still = ofSpeeches read.Contextual, ofSpeeches [ read.Neighbours ], ofSpeeches [ read.Static ]
    let words = read.Occurrences |> Array.countBy _.Word
    let isOften word = words |> Array.exists (fun (one, count) -> one = word && count >= 4)
    lab.Report.Section "The same word, another vector"
    lab.Report.Text $"{read.Occurrences.Length} times one of {words.Length} words stands as a noun or as a verb. What \
        it is was told by a rule from the word before it: behind \"the\", \"my\", \"of\" and their like a noun, behind \
        \"to\", \"I\", \"shall\" and theirs a verb. That word is then hidden, from the model by the mask and from the \
        neighbours, so that nobody can read off the rule; and each word is there as often as noun and as verb, so that \
        the word alone, and with it any static vector, tells nothing: at most 50 %%, and less where training has more \
        of the one because the test has more of the other. Five folds of whole speeches; the model has read them as \
        text, but was never told what is a noun. The rule errs now and then."
    let rows =
        [ "contextual vector of the masked model", shown contextual
          "bag of neighbouring words, left and right", shown near
          "static vector of the word", shown still ]
    lab.Report.Table([ "by logistic regression of"; "noun or verb told rightly (95 % interval over speeches)" ], rows)
    lab.Table([ "by logistic regression of"; "noun or verb told rightly" ], rows)
    let how = "Each point is a sentence; pointing at it shows it. A static vector would be one point a word."
    lab.Report.Charts([ for word in [ "bear"; "lie"; "will" ] do if isOften word then picture read word ], how)
    lab.Metric("homographs.contextual", contextual.Estimate, true, "nouns and verbs told apart, contextual vectors")
    lab.Metric("homographs.neighbours", near.Estimate, title = "nouns and verbs told apart, neighbouring words")
    lab.Metric("homographs.static", still.Estimate, title = "nouns and verbs told apart, static vectors")
    contextual
