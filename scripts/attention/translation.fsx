// Question  Can an encoder and a decoder translate a sentence that they have never seen?
// Data      48 made-up French sentences (three persons, eight occupations, with and without "not") and their English;
//           the course's "Je suis étudiant" is left out and asked for.
// Method    A transformer of one encoder and one decoder block of width 32, 250 updates of AdamW on all 47 sentences.
// Expected  "Je suis étudiant" becomes "I am a student", and all 47 learned sentences come out right. 2 s.
#load "../crucible.fsx"

open Crucible
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Layers
open Crucible.Models
open Crucible.Optimizers
open Crucible.Tensors
open Crucible.Text
open Plotly.NET

type Options =
    { [<Option("updates (250; --quick 40)", Min = 1, Max = 1000000)>] Steps: int option }

let asked, answer = "Je suis étudiant", "I am a student"

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

let vocabulary =
    let pairs = [| for french, english in sentences -> SentencePair(french, english) |]
    PairVocabulary.Train(pairs, PairVocabularyOptions(Kind = VocabularyKind.Words, IsJoint = false))

/// Trains on the known sentences; the loss of every update.
let train (lab: ExperimentRun) steps (model: Translator) =
    let optimizer = AdamW(ParameterGroup.DecayMatricesOnly model.Parameters, AdamOptions(LearningRate = 5e-3))
    let schedule = Schedule.Cosine(5e-3, steps)
    let generator = Generator(lab.SeedOf 5)
    let source = Translator.Pad [| for french, _ in known -> vocabulary.EncodeSource french |]
    let target = Translator.Pad [| for _, english in known -> vocabulary.EncodeTarget english |]
    use _ = Threads.Use 1 // so small a model does not feed two
    use progress = lab.Progress("translation", steps)
    [| for step in 1..steps do
        optimizer.LearningRate <- schedule.At step
        let loss = model.Loss(source, target, Pass.Training generator)
        optimizer.ZeroGradients()
        loss.Backward()
        GradientClipping.ByNorm(model.Parameters, 1.0) |> ignore
        optimizer.Step()
        let value = loss.ToDouble()
        progress.Step(loss = value)
        value |]

let question = "Can an encoder and a decoder translate a sentence that they have never seen?"

Experiment.Run(question, { Steps = None }, fun lab ->
    let steps = defaultArg lab.Options.Steps (lab.Pick(250, 40))
    lab.Config {| Steps = steps |}
    let options =
        TranslatorOptions(
            Kind = TranslatorKind.Transformer, Vocabulary = vocabulary.Sizes, Layers = 1, Width = 32, Context = 16,
            Placement = NormPlacement.Pre, FeedForward = FeedForwardKind.Gelu, IsTied = false)
    let model = Translator.Create(options, Generator(lab.SeedOf 4))
    let losses = train lab steps model
    let translator = TextTranslator(model, vocabulary)
    let best (sentence: string) = translator.Translate(sentence, BeamSearchOptions(Width = 1))[0] // greedy
    let given = best asked
    let right = known |> List.filter (fun (french, english) -> (best french).Text = english) |> List.length

    let heat =
        let looks = translator.Align(asked, given)
        Chart.Matrix(looks.Weights, X = looks.Source, Y = looks.Target, Format = ".2f")
        |> Chart.withTitle "Where it looked"
        |> Chart.withXAxisStyle "French word"
        |> Chart.withYAxisStyle "English word"
    let curve =
        Chart.Line([ for i, loss in Array.indexed losses -> i + 1, loss ], Name = "loss")
        |> Chart.withTitle "Learning to translate"
        |> Chart.withXAxisStyle "update"
        |> Chart.withYAxisStyle ("cross-entropy (nats a word)", AxisType = StyleParam.AxisType.Log)
    lab.Answer(
        $"\"{asked}\", never seen, becomes \"{given.Text}\". Of the {known.Length} sentences that it learned from, \
            {right} come out right.",
        [ Estimate("learned sentences that come out right", right, $"of {known.Length}")
          Estimate("loss after training", Array.last losses, "nats a word") ],
        heat,
        "The weights of the cross-attention, averaged over its heads, for the sentence that it had never seen. \
            </s> ends it.")

    lab.Report.Section "How"
    lab.Report.Text $"The encoder reads a French sentence; the decoder writes the English one word by word, and at \
        each word looks back at what the encoder made (cross-attention). It learns from {known.Length} sentences of a \
        small world, three persons and eight occupations with and without \"not\". The sentence of the handwritten \
        course \"Introduction to Transformers\", \"{asked}\", is not among them."
    lab.Report.Chart curve
    lab.Table([ "French"; "English" ], [ (asked, given.Text) ])
    lab.Metric("translation_loss", Array.last losses, title = "loss after training (nats a word)")
    let share = float right / float known.Length
    lab.Metric("translations_right", share, true, "share of learned sentences that come out right")
    if not lab.Quick then
        lab.Check($"\"{asked}\", never seen, becomes", answer, given.Text, (given.Text = answer))
        lab.CheckAtLeast("share of learned sentences that come out right", share, 1.0))
