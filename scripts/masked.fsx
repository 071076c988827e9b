// Question  What does a model learn from both sides of a blank?
// Data      tinyshakespeare: its speeches, without the speakers' names, each once; 70 % train, 10 % choose, 20 % test.
// Method    A transformer that sees everything learns to name hidden words (Devlin et al. 2019: 15 %, of which 80 % a
//           mask, 10 % another word, 10 % themselves), beside it one that sees what stands before and names what comes
//           next: equal parameters, updates and windows. Both fill the same blanks of unseen speeches. Then: do the
//           masked model's vectors tell who speaks (frozen, fine-tuned, against a bag of words), and whether "bear" is
//           a noun or a verb? --fill "to be or not to [MASK]" asks a finished run; --resume goes on after a kill.
// Expected  Both sides fill more blanks than one (13 % against 8); vectors in context tell nouns from verbs (72 %),
//           which static ones cannot; a bag of words tells speakers better than so small a model. 3 minutes.
// See also  words.fsx (static vectors), shakespeare.fsx (the causal model alone, and writing).
#load "crucible.fsx"
#load "masked/setting.fsx"
#load "masked/speeches.fsx"
#load "masked/training.fsx"
#load "masked/filling.fsx"
#load "masked/speakers.fsx"
#load "masked/homographs.fsx"

open System.IO
open Crucible
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Statistics
open Plotly.NET

type Options =
    { Wanted: Wanted
      [<Option "a sentence with [MASK] in it, to be filled by a finished run">]
      Fill: string option
      [<Option("with --fill: a run's folder (the latest)", IsFile = true)>]
      Model: string option
      [<Option("goes on with a run that was stopped: its folder; alone --out's, or the latest", Alone = "latest",
               IsFile = true)>]
      Resume: string option }

let defaults = { Wanted = asUsual; Fill = None; Model = None; Resume = None }

let percent (interval: Interval) = $"%.1f{100.0 * interval.Estimate} %%"
let half (interval: Interval) = (interval.High - interval.Low) / 2.0
let inPercent name (interval: Interval) =
    Estimate(name, 100.0 * interval.Estimate, "% right", 100.0 * half interval)

let compare (lab: ExperimentRun) (options: Options) =
    // ---- Data and method -------------------------------------------------------------------------------------------
    let setting = begun lab options.Wanted options.Resume
    lab.Config { setting with Text = NamedFile.Describe setting.Text }
    let speeches = speechesOf setting.Text setting.Seed
    let tokenizer = tokenizerOf setting speeches
    tokenizer.Save(Path.Combine(lab.Out, tokenizerFile))
    let trained = trainAll lab setting tokenizer speeches
    let told = tellSpeakers lab setting tokenizer speeches trained
    let read = readHomographs lab setting tokenizer speeches trained

    // ---- Blanks of unseen speeches ---------------------------------------------------------------------------------
    let blanks = blanksOf setting tokenizer (streamOf tokenizer 2 speeches) (lab.Pick(3000, 200))
    let masked = [ for one in trained -> scored (maskedLogits one.Masked (maskOf tokenizer)) blanks ]
    let causal = [ for one in trained -> scored (causalLogits one.Causal) blanks ]
    let usual = blanks |> Array.countBy (fun blank -> blank.Window[blank.Place]) |> Array.maxBy snd |> snd
    let windows, rightly = blanks |> Array.map _.Number, List.map fst
    let both, before = accuracyOf windows (rightly masked), accuracyOf windows (rightly causal)
    let gain, guessed = gainOf windows (rightly masked) (rightly causal), float usual / float blanks.Length
    lab.Metric("masked_accuracy", both.Estimate, true, "blanks filled rightly from both sides")
    lab.Metric("causal_accuracy", before.Estimate, true, "blanks filled rightly from what stands before")
    lab.Metric("masked_loss", List.averageBy snd masked, title = "loss of a blank from both sides (nats)")
    lab.Metric("causal_loss", List.averageBy snd causal, title = "loss of a blank from what stands before (nats)")
    lab.Metric("most_frequent_accuracy", guessed, title = "blanks filled by the most frequent word")
    lab.Metric("parameters", trained.Head.Masked.ParameterCount, title = "parameters of each model")

    // ---- How, and what else ----------------------------------------------------------------------------------------
    reportFilling lab setting tokenizer trained.Head
    let speakers = told |> Option.map (reportSpeakers lab)
    let contextual = read |> Option.map (reportHomographs lab)
    lab.Report.Section "Learning"
    lab.Report.Formula(
        "−1/M ∑_m ln p(x_m ∣ x without x_m)",
        "is the masked model's loss over the M hidden tokens of a batch.")
    let curve name (history: Trained -> Crucible.Training.History) =
        let records = [ for one in trained -> history one ]
        let at i = [ for of1 in records -> of1.Records[i].ValidationLoss ]
        let updates = [ for record in records.Head.Records -> record.Updates ]
        Chart.Line(updates, List.init updates.Length (at >> List.average), Name = name)
    lab.Report.Chart(
        Chart.combine
            [ curve "masked: hidden tokens" _.MaskedHistory
              curve "causal: every next token" _.CausalHistory ]
        |> Chart.withTitle "Loss on speeches that choose"
        |> Chart.withXAxisStyle "updates"
        |> Chart.withYAxisStyle "nats a token",
        $"{Numeral.Of(float trained.Head.Masked.ParameterCount)} parameters each. The two are not asked the same here: \
            signs count, and a tenth of the hidden tokens stand there in clear. The blanks above are the same.")

    // ---- Answer ----------------------------------------------------------------------------------------------------
    let tell (tuned, bag) =
        $" Fine-tuned, it tells which of five speaks in {percent tuned} of pieces; a bag of words does in {percent bag}."
    let apart value = $" Its vectors tell noun from verb in {percent value}; static ones cannot."
    let further =
        String.concat "" (Option.toList (Option.map tell speakers) @ Option.toList (Option.map apart contextual))
    let clear = if gain.Low > 0.0 || gain.High < 0.0 then "clearly different" else "no clear difference"
    lab.Answer(
        $"From both sides it fills {percent both} of {blanks.Length} blanks in unseen speeches with the very word, \
            from what stands before {percent before} ({clear}); the most frequent word fills %.1f{100.0 * guessed} \
            %%.{further}",
        [ inPercent "blanks, both sides" both
          inPercent "blanks, what stands before" before
          match contextual with Some value -> inPercent "noun or verb, in context" value | None -> () ],
        Chart.Column(
            List.map ((*) 100.0) [ both.Estimate; before.Estimate; guessed ],
            [ "both sides"; "what stands before"; "most frequent word" ])
        |> Chart.withTitle "Blanks filled with the very word"
        |> Chart.withYAxisStyle "% of the blanks",
        $"Means of {setting.Seeds} seeds; ± is half of the 95 %% interval over windows of text.")
    trained.Head.Causal.Save(Path.Combine(lab.Out, causalFile))
    trained.Head.Masked.Save(Path.Combine(lab.Out, maskedFile))

    // ---- Checks ----------------------------------------------------------------------------------------------------
    let ofCausal, ofMasked = trained.Head.Causal.ParameterCount, trained.Head.Masked.ParameterCount
    lab.Check("parameters of both models", ofCausal, ofMasked, (ofCausal = ofMasked))
    if not lab.Quick && setting = settingOf lab asUsual then
        lab.CheckAtLeast("blanks filled from both sides above one side, lower end", gain.Low, 0.0)
        match contextual with
        | Some value -> lab.CheckAtLeast("noun or verb told in context, lower end", value.Low, 0.55)
        | None -> ()

Experiment.Run("What does a model learn from both sides of a blank?", defaults, fun lab ->
    match lab.Options.Fill with
    | Some sentence -> answer lab lab.Options.Model sentence
    | None -> compare lab lab.Options)
