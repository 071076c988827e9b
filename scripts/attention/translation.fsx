// Question  Can an encoder and a decoder translate a sentence that they have never seen?
// Data      48 made-up French sentences (three persons, eight occupations, with and without "not") and their English;
//           the course's "Je suis étudiant" is left out and asked for.
// Method    A transformer of one encoder and one decoder block of width 32, 250 updates of AdamW on all 47 sentences.
// Expected  "Je suis étudiant" becomes "I am a student <eos>", and all 47 learned sentences come out right. 2 s.
#load "../crucible.fsx"

open System
open Crucible
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Layers
open Crucible.Optimizers
open Crucible.Tensors
open Crucible.Text
open Plotly.NET

type Options =
    { [<Option("updates (250; --quick 40)", Min = 1, Max = 1000000)>] Steps: int option }

let asked, answer = "Je suis étudiant", "I am a student <eos>"

let occupations =
    [ "étudiant", "a student"; "professeur", "a teacher"; "médecin", "a doctor"; "artiste", "an artist"
      "ingénieur", "an engineer"; "avocat", "a lawyer"; "journaliste", "a journalist"; "boulanger", "a baker" ]

/// All sentences of the small world: who, whether not, what.
let sentences =
    [ for who, verb, english in [ "Je", "suis", "I am"; "Tu", "es", "You are"; "Il", "est", "He is" ] do
        for isNot in [ false; true ] do
            for job, work in occupations ->
                (if isNot then $"{who} ne {verb} pas {job}" else $"{who} {verb} {job}"),
                (if isNot then $"{english} not {work}" else $"{english} {work}") ]

let known = sentences |> List.filter (fun (french, _) -> french <> asked)

let tokenizer (texts: string list) =
    WordTokenizer.Train(texts, WordOptions(SpecialTokens = [ "<pad>"; "<bos>"; "<eos>" ]))

let source, target = tokenizer (List.map fst sentences), tokenizer (List.map snd sentences)
let pad, bos, eos = target.SpecialTokens["<pad>"], target.SpecialTokens["<bos>"], target.SpecialTokens["<eos>"]

let padTo (id: int) (rows: int[] list) =
    let length = rows |> List.map Array.length |> List.max
    Tensor.Of(array2D [ for row in rows -> Array.append row (Array.create (length - row.Length) id) ])

/// French texts as tokens [B, T], and which of them are words, [B, 1, 1, T].
let french texts =
    let empty = source.SpecialTokens["<pad>"]
    let tokens = padTo empty [ for text: string in texts -> source.Encode text ]
    tokens, tokens.NotEqualTo(float empty).Reshape(tokens.Shape[0], 1, 1, tokens.Shape[1])

/// An encoder of one language and a decoder of the other.
type Translator(width: int, generator: Generator) =
    inherit Layer()
    let options isCausal = TransformerOptions(Width = width, Heads = 4, IsCausal = isCausal, Dropout = 0.1)
    let vectors (tokenizer: WordTokenizer) =
        Embedding(tokenizer.VocabularySize, width, generator, Initializer.Normal(0.0, 0.3))
    let sourceToken = base.Child("source", vectors source)
    let targetToken = base.Child("target", vectors target)
    let position = base.Child("position", SinusoidalPositions(16, width))
    let encoder = base.Child("encoder", TransformerEncoder(1, options false, generator))
    let decoder = base.Child("decoder", TransformerDecoder(1, options true, generator))
    let head = base.Child("head", Linear(width, target.VocabularySize, generator))
    member _.Encode(tokens, mask, pass) =
        encoder.Forward(position.Forward(sourceToken.Forward(tokens, pass)), mask, pass)
    member _.Decode(tokens, memory, mask, pass) =
        let words = position.Forward(targetToken.Forward(tokens, pass), pass)
        head.Forward(decoder.Forward(words, memory, null, mask, pass), pass)
    override model.Compute(x, pass) = model.Encode(x, null, pass)

/// Trains on the known sentences; the loss of every update.
let train (lab: ExperimentRun) steps (model: Translator) =
    let optimizer = AdamW(ParameterGroup.DecayMatricesOnly model.Parameters, AdamOptions(LearningRate = 5e-3))
    let schedule = Schedule.Cosine(5e-3, steps)
    let generator = Generator(lab.SeedOf 5)
    let x, mask = french (List.map fst known)
    let english = [ for _, text in known -> target.Encode text ]
    let input = padTo pad [ for row in english -> [| bos; yield! row |] ]
    let output = padTo pad [ for row in english -> [| yield! row; eos |] ]
    use _ = Threads.Use 1 // so small a model does not feed two
    use progress = lab.Progress("translation", steps)
    [| for step in 1..steps do
        optimizer.LearningRate <- schedule.At step
        let pass = Pass.Training generator
        let logits = model.Decode(input, model.Encode(x, mask, pass), mask, pass)
        let loss = Loss.CrossEntropy(logits, output, ignoredIndex = Nullable pad)
        optimizer.ZeroGradients()
        loss.Backward()
        GradientClipping.ByNorm(model.Parameters, 1.0) |> ignore
        optimizer.Step()
        let value = loss.ToDouble()
        progress.Step(loss = value)
        value |]

/// The likeliest next word, again and again, until the end of the sentence.
let translate (model: Translator) (text: string) =
    let tokens, mask = french [ text ]
    let cache = KeyValueCache 16
    let memory = model.Encode(tokens, mask, Pass.Evaluation)
    let decode (last: int) = model.Decode(Tensor.Of(array2D [ [ last ] ]), memory, mask, Pass.Evaluation.With cache)
    let rec next last (words: int list) =
        let best = int (Tensor.Evaluate(fun () -> decode last).Flatten().ArgMax(0).ToDouble())
        if best = eos || words.Length = 15 then List.rev (best :: words) else next best (best :: words)
    next bos []

let word (tokenizer: WordTokenizer) (token: int) = (tokenizer.TokenText token).Trim()
let text (tokens: int list) = String.Join(" ", List.map (word target) tokens)

/// The weights of the cross-attention while the sentence is written, averaged over heads: [English, French words].
let looks (model: Translator) (given: int list) =
    let maps = AttentionMaps()
    let tokens, shown = french [ asked ]
    let written = Tensor.Of(array2D [ List.take given.Length (bos :: given) ])
    model.Decode(written, model.Encode(tokens, shown, Pass.Evaluation), shown, Pass.Evaluation.With maps) |> ignore
    maps.Weights[1].Mean([ 0; 1 ])

let question = "Can an encoder and a decoder translate a sentence that they have never seen?"

Experiment.Run(question, { Steps = None }, fun lab ->
    let steps = defaultArg lab.Options.Steps (lab.Pick(250, 40))
    lab.Config {| Steps = steps |}
    let model = Translator(32, Generator(lab.SeedOf 4))
    let losses = train lab steps model
    let given = translate model asked
    let isRight (french, english) = text (translate model french) = english + " <eos>"
    let right = known |> List.filter isRight |> List.length

    let heat =
        let rows, columns = List.map (word target) given, [ for token in source.Encode asked -> word source token ]
        Chart.Matrix((looks model given).Reshape(rows.Length, columns.Length), X = columns, Y = rows, Format = ".2f")
        |> Chart.withTitle "Where it looked"
        |> Chart.withXAxisStyle "French word"
        |> Chart.withYAxisStyle "English word"
    let curve =
        Chart.Line([ for i, loss in Array.indexed losses -> i + 1, loss ], Name = "loss")
        |> Chart.withTitle "Learning to translate"
        |> Chart.withXAxisStyle "update"
        |> Chart.withYAxisStyle ("cross-entropy (nats a word)", AxisType = StyleParam.AxisType.Log)
    let sentence = (text given).Replace(" <eos>", "")
    lab.Answer(
        $"\"{asked}\", never seen, becomes \"{sentence}\". Of the {known.Length} sentences that it learned from, \
            {right} come out right.",
        [ Estimate("learned sentences that come out right", right, $"of {known.Length}")
          Estimate("loss after training", Array.last losses, "nats a word") ],
        heat,
        "The weights of the cross-attention, averaged over its heads, for the sentence that it had never seen. \
            <eos> ends it.")

    lab.Report.Section "How"
    lab.Report.Text $"The encoder reads a French sentence; the decoder writes the English one word by word, and at \
        each word looks back at what the encoder made (cross-attention). It learns from {known.Length} sentences of a \
        small world, three persons and eight occupations with and without \"not\". The sentence of the handwritten \
        course \"Introduction to Transformers\", \"{asked}\", is not among them."
    lab.Report.Chart curve
    lab.Table([ "French"; "English" ], [ (asked, text given) ])
    lab.Metric("translation_loss", Array.last losses, title = "loss after training (nats a word)")
    let share = float right / float known.Length
    lab.Metric("translations_right", share, true, "share of learned sentences that come out right")
    if not lab.Quick then
        lab.Check($"\"{asked}\", never seen, becomes", answer, text given, (text given = answer))
        lab.CheckAtLeast("share of learned sentences that come out right", share, 1.0))
