// Fills blanks in sentences: shared, no script itself.
[<AutoOpen>]
module MaskedFilling

open System
open System.IO
open Crucible
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Layers
open Crucible.Models
open Crucible.Tensors
open Crucible.Text
open Plotly.NET

/// Sentences of the plays and of others, each with a blank.
let sentences =
    [ "to be or not to [MASK]: that is the question"; "good [MASK], my lord"; "I pray [MASK], tell me the truth"
      "the king is [MASK]"; "give me thy [MASK]"; "long live the [MASK]!" ]

/// The tokens of a sentence with blanks, and where they are.
let blanked (tokenizer: Tokenizer) context (sentence: string) =
    let refuse line = raise (OptionException line)
    let parts = sentence.Split maskName
    if parts.Length = 1 then refuse $"--fill must have a blank, {maskName}, but is '{sentence}'."
    let mask = maskOf tokenizer
    let joined before after = Array.concat [ before; [| mask |]; after ]
    let tokens = parts |> Array.map (encode tokenizer) |> Array.reduce joined
    if tokens.Length > context then
        refuse $"--fill must have at most {context} words and signs, but has {tokens.Length}."
    tokens, [| for place, token in Array.indexed tokens do if token = mask then place |]

let private best (tokenizer: Tokenizer) count (logits: Tensor) =
    let chances = logits.Softmax(-1).ToArray()
    chances
    |> Array.indexed
    |> Array.sortByDescending snd
    |> Array.truncate count
    |> Array.map (fun (token, chance) -> (tokenizer.TokenText token).Trim(), chance)

/// What a masked model puts into each blank, all blanks hidden at once.
let fill (model: MaskedLanguageModel) tokenizer count (tokens: int[], places: int[]) =
    let logits =
        Tensor.Evaluate(fun () ->
            model.Logits(Tensor.From(tokens, 1, tokens.Length), Tensor.From places, Pass.Evaluation))
    [ for i in 0 .. places.Length - 1 -> best tokenizer count logits[i] ]

/// What a causal model goes on with at the first blank, from what stands before it.
let goOn (model: Gpt) tokenizer count (tokens: int[], places: int[]) =
    let before = if places[0] = 0 then [| endOf tokenizer |] else Array.truncate places[0] tokens
    let ids = Tensor.From(before, 1, before.Length)
    best tokenizer count (Tensor.Evaluate(fun () -> model.NextLogits(ids, Pass.Evaluation)))

let private words filled = String.Join(", ", [ for word: string, chance: float in filled -> $"{word} %.2f{chance}" ])

let reportFilling (lab: ExperimentRun) setting tokenizer (first: Trained) =
    let rows =
        [ for sentence in sentences do
              let asked = blanked tokenizer setting.Context sentence
              sentence, words (fill first.Masked tokenizer 4 asked).Head, words (goOn first.Causal tokenizer 4 asked) ]
    let columns = [ "sentence"; "masked: both sides"; "causal: what stands before" ]
    lab.Report.Section "Blanks filled"
    lab.Report.Table(columns, rows, "The likeliest words, with their probabilities; --fill takes a sentence of yours.")
    lab.Table(columns, rows)

/// Answers --fill with the models of a finished run.
let answer (lab: ExperimentRun) (model: string option) (sentence: string) =
    let folder = match model with Some folder -> folder | None -> RunSetting.Finished(lab.Out, maskedFile)
    let setting = RunSetting.Load<Setting> folder
    let tokenizer = Tokenizer.Load(Path.Combine(folder, tokenizerFile))
    let asked = blanked tokenizer setting.Context sentence
    let options = optionsOf setting tokenizer.VocabularySize
    let masked, causal = MaskedLanguageModel(options, Generator 0UL), Gpt(options, Generator 0UL)
    masked.Load(Path.Combine(folder, maskedFile))
    causal.Load(Path.Combine(folder, causalFile))
    let filled, before = fill masked tokenizer 10 asked, goOn causal tokenizer 10 asked
    let word, chance = filled.Head[0]
    lab.Config {| Model = NamedFile.Describe folder; Fill = sentence |}
    lab.Answer(
        $"\"{sentence}\": {word}, with probability %.2f{chance}; from what stands before alone, the causal model says \
            {fst before[0]} (%.2f{snd before[0]}).",
        [ Estimate("probability", chance) ],
        Chart.Bar(Array.map snd (Array.rev filled.Head), Array.map fst (Array.rev filled.Head))
        |> Chart.withTitle "What fills the blank"
        |> Chart.withXAxisStyle "probability")
    let rows =
        [ for i, words in List.indexed filled do
              for word, chance in words do $"masked, blank {i + 1}", word, Math.Round(chance, 4)
          for word, chance in before do "causal, blank 1", word, Math.Round(chance, 4) ]
    lab.Metric("probability", chance, title = "probability of the likeliest word")
    lab.Report.Section "All of them"
    lab.Report.Table([ "model"; "word"; "probability" ], rows)
    lab.Table([ "model"; "word"; "probability" ], rows)
