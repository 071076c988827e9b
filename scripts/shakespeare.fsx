// Question  How well can a small transformer learn to write like Shakespeare in minutes on two cores?
// Data      tinyshakespeare: 1 115 394 characters of plays, the first 90 % train, the rest validates. Any UTF-8 text
//           will do (--text).
// Method    A GPT learns to predict the next token (character, word or byte pair). Loss: nats per token over the whole
//           validation text in consecutive windows. --preset nano has nanoGPT's settings for a CPU; without it the
//           same size with what has been learned since. A run that was killed goes on with --resume, to the same bits.
// Expected  nano 1.91 (nanoGPT in PyTorch: 1.906 and 1.916), the default at most 1.80 in a minute, small at most 1.55
//           in a quarter of an hour.
// See also  shakespeare/write.fsx (writes only), ablation.fsx (what each change from nano is worth), documented.fsx.
#load "crucible.fsx"
#load "shakespeare/setting.fsx"
#load "shakespeare/corpus.fsx"
#load "shakespeare/options.fsx"
#load "shakespeare/writing.fsx"

open System
open System.IO
open Crucible.Diagnostics
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Models
open Crucible.Statistics
open Crucible.Tensors
open Crucible.Text
open Crucible.Training
open Plotly.NET

[<Moved("scripts/shakespeare/documented.fsx", "as-documented")>]
[<Moved("scripts/shakespeare/ablation.fsx", "ablation")>]
[<Moved("scripts/shakespeare/write.fsx --model", "sample")>]
type Options =
    { Wanted: Wanted
      [<Option("updates between two checkpoints", Min = 1, Max = 100000000)>]
      CheckpointEvery: int
      [<Option "computes the blocks' inner values again in backward: less memory, more time, the same bits">]
      Checkpointing: bool
      [<Option("goes on with a run that was stopped: its folder; alone --out's, or the latest", Alone = "latest",
               IsFile = true)>]
      Resume: string option
      Writing: Writing }

let defaults =
    { Wanted = asPreset; CheckpointEvery = 100; Checkpointing = false; Resume = None; Writing = usualWriting }

/// Two runs of nanoGPT's own code in PyTorch, and how long they took on two cores of another day.
let nanoGptLosses, nanoGptSeconds = [ 1.9058; 1.9164 ], 105.0

/// What a whole run must reach, by preset.
let checkLoss (lab: ExperimentRun) preset loss =
    match preset with
    | Preset.Nano ->
        let least, most = nanoGptLosses[0] - 0.02, nanoGptLosses[1] + 0.02
        lab.CheckBetween("validation loss, within 0.02 of nanoGPT's 1.906 to 1.916", loss, least, most)
    | Preset.Modern -> lab.CheckAtMost("validation loss", loss, 1.80)
    | Preset.Small -> lab.CheckAtMost("validation loss", loss, 1.55)
    | _ -> lab.CheckAtMost("validation loss", loss, 1.50)

let question = "How well can a small transformer learn to write like Shakespeare in minutes?"

Experiment.Run(question, defaults, fun lab ->
    // ---- Data: the text as tokens ----------------------------------------------------------------------------------
    let options = lab.Options
    let given =
        match options.Resume with
        | Some named -> resume lab options.Wanted named
        | None ->
            let setting = settingOf lab options.Wanted
            let setting = { setting with Prompt = defaultArg options.Writing.Prompt setting.Prompt }
            beginRun lab setting
            setting
    let corpus = corpusOf given (tokenizerIn lab.Out)
    let tokens, start = corpus.Tokenizer.VocabularySize, corpus.Training.TokenCount
    let beginning () = corpus.Tokenizer.Decode corpus.Tokens[start .. start + 7] // of the validation text
    let setting = if given.Prompt <> "" then given else { given with Prompt = beginning () }
    if options.Resume.IsNone then
        if given.Prompt = "" then beginRun lab setting
        corpus.Tokenizer.Save(tokenizerIn lab.Out)
    recordSetting lab setting

    // ---- Method: train, and write on the way -----------------------------------------------------------------------
    let model = modelOf setting tokens
    let writer, samples = TextGenerator(model, corpus.Tokenizer), ResizeArray()
    let x, y = corpus.Training.Random(Generator(lab.SeedOf 1), 4)
    let unseen = corpus.Validation.Random(Generator(lab.SeedOf 2), 4)
    let watched = DiagnosticsOptions(Every = max 1 (setting.Updates / lab.Pick(20, 4)), Validation = unseen)
    let diagnosis = TrainingDiagnostics(model, x, y, crossEntropy, watched)
    use progress = lab.Progress("training", setting.Updates)
    let onUpdate update loss =
        diagnosis.Observe update
        if not lab.Token.IsCancellationRequested then progress.Report(update, loss = loss)
    let onRecord (record: TrainingRecord) =
        let length = lab.Pick(160, 60)
        let draws = GenerationOptions(MaxTokens = length, Temperature = 0.8, Seed = lab.Seed, Cancellation = lab.Token)
        let text = writer.Generate(setting.Prompt, draws)
        samples.Add(record, text)
        lab.ShowText($"After {Numeral.Of record.Updates} updates", setting.Prompt + text)
    let training =
        TrainerOptions(
            Updates = setting.Updates, Seed = setting.Seed, Schedule = scheduleOf setting, ClipNorm = 1.0,
            RestoreBest = false, RecordStart = true, RecordEvery = max 1 (setting.Updates / lab.Pick(10, 1)),
            ShowProgress = false, Precision = setting.Precision, GradientCheckpointing = options.Checkpointing,
            Checkpoint = checkpointIn lab.Out, CheckpointEvery = options.CheckpointEvery, Cancellation = lab.Token,
            OnUpdate = Action<_, _> onUpdate, OnRecord = Action<_> onRecord)
    let history = (trainerOf setting model).Fit(corpus.Training, corpus.Validation, training)
    let first, last = history.Records[0].ValidationLoss, history.Last
    let chance, bits = log (float tokens), corpus.BitsPerCharacter last.ValidationLoss

    let spread = lossOfParts model corpus.Validation
    let off = if Double.IsFinite spread.HalfWidth then $" ± %.3f{spread.HalfWidth}" else ""

    // ---- Answer ----------------------------------------------------------------------------------------------------
    let isLikeNano = corpus.IsThePlays && setting.Tokens = TokenKind.Char // so that losses can be compared
    let nanoGpt, toNano = nanoGptLosses[0], history.SecondsTo nanoGptLosses[0]
    let beside =
        if not isLikeNano then ""
        elif Double.IsFinite toNano then $" nanoGPT's loss, %.3f{nanoGpt}, was reached after %.0f{toNano} s."
        elif lab.Quick then ""
        else $" nanoGPT's loss, %.3f{nanoGpt}, was not reached."
    lab.Answer(
        $"After {Numeral.Of last.Updates} updates (%.0f{last.Seconds} s) it predicts text that it was not trained \
            on with a loss of %.3f{last.ValidationLoss}{off} nats a token; guessing among {tokens} costs \
            %.3f{chance}.{beside}",
        [ Estimate("validation loss", last.ValidationLoss, "nats a token", spread.HalfWidth)
          Estimate("bits a character", bits, "", corpus.BitsPerCharacter spread.HalfWidth)
          Estimate("training", last.Seconds, "s") ],
        Chart.combine
            [ Chart.Line([ for r in history.Records -> r.Updates, r.ValidationLoss ], Name = "this model")
              if isLikeNano then
                  let ends = [ 0, nanoGpt; last.Updates, nanoGpt ]
                  Chart.Line(ends, Name = "nanoGPT in the end", LineDash = StyleParam.DrawingStyle.Dash) ]
        |> Chart.withTitle "Loss on the validation text"
        |> Chart.withXAxisStyle "updates"
        |> Chart.withYAxisStyle "nats a token",
        $"± is the 95 %% interval over parts of the validation text.")
    lab.Metric("val_loss", last.ValidationLoss, true, "validation loss (nats a token)")
    lab.Metric("bits_per_char", bits, true, "bits a character")
    lab.Metric("train_seconds", last.Seconds, true, "seconds of training")
    lab.Metric("tokens_per_second", last.ItemsPerSecond, title = "tokens trained on a second")
    lab.Metric("parameters", model.ParameterCount, title = "parameters of the model")
    if Double.IsFinite toNano then
        lab.Metric("seconds_to_1906", history.SecondsTo 1.906, title = "seconds to nanoGPT's loss, 1.906")
        lab.Note("seconds to nanoGPT's loss", toNano, $"{nanoGptSeconds} by nanoGPT in PyTorch")

    // ---- How it learned, and what ----------------------------------------------------------------------------------
    lab.Report.Section "Learning"
    lab.Report.Text $"Before the first update the loss is %.3f{first}, in the end %.3f{last.ValidationLoss}: \
        %.3f{bits} bits a character, at %.2f{corpus.CharactersPerToken} characters a token. The loss is"
    lab.Report.Formula(
        "−1/N ∑_i ln p(x_i ∣ x₁, …, x_(i−1))",
        "where p is the probability that the model gives the token xᵢ after those before it, and N counts the tokens.")
    if isLikeNano then lab.Report.LanguageCurves(history, "nanoGPT in the end", nanoGpt)
    else lab.Report.LanguageCurves history
    lab.Report.Section "Its writing while it learned"
    for i, (record, text) in Seq.indexed samples do
        if i % 2 = 0 || samples.Count < 6 then
            lab.Report.Text $"After {Numeral.Of record.Updates} updates, validation loss %.3f{record.ValidationLoss}:"
            lab.Report.Preformatted(setting.Prompt + text)
    lab.Token.ThrowIfCancellationRequested()
    model.Save(modelIn lab.Out)
    let texts, _ = writeTexts lab options.Writing model corpus.Tokenizer setting.Prompt
    reportTexts lab setting.Prompt texts
    lab.Report.LanguageModel(model, corpus.Tokenizer, corpus.Tokens, corpus.Validation)
    lab.Report.Section "Diagnostics"
    lab.Report.Diagnosis diagnosis
    lab.Report.Section "The model"
    lab.Report.Preformatted(string model)

    // ---- Checks ----------------------------------------------------------------------------------------------------
    // Without learned positions the stream begins as the token's own vector, which the tied head takes for the next
    // token: the wider the model, the more.
    let near = if setting.Positions = PositionKind.Learned then 0.1 else 0.3
    lab.CheckBetween($"loss before the first update, near ln {tokens}", first, chance - near, chance + near)
    let asPreset = { presetOf setting.Preset setting.Seed with Prompt = setting.Prompt }
    if corpus.IsThePlays && setting = asPreset then checkLoss lab setting.Preset last.ValidationLoss
    else lab.CheckAtMost("validation loss, below guessing", last.ValidationLoss, chance)
    let rate, isSame = writingSpeed lab writer model.Options.Context setting.Prompt
    let words = if isSame then "the same" else "another"
    lab.Check("greedy text with kept keys and values", "the same as without", words, isSame)
    lab.Metric("generation_tokens_per_second", rate, true, "tokens written a second")
    lab.Note("tokens written a second", rate))
