// Continues a prompt with a model, as the options say: shared by scripts, no script itself.
[<AutoOpen>]
module ShakespeareWriting

open System
open System.Diagnostics
open Crucible
open Crucible.Lab.Scripting
open Crucible.Models
open Crucible.Text

type Writing =
    { [<Option "what to continue (the setting's prompt; of another text, its validation part's beginning)">]
      Prompt: string option
      [<Option("tokens to write (500)", Min = 0, Max = 10000000)>]
      Length: int option
      [<Option("how many texts (1; of beams, all)", Min = 1, Max = 1000000)>]
      Samples: int option
      [<Option "always the likeliest token">]
      Greedy: bool
      [<Option("below 1 the likely becomes likelier", Min = 0, Max = 1000)>]
      Temperature: float
      [<Option("only so many of the likeliest tokens; 0 for all", Min = 0, Max = 10000000)>]
      TopK: int
      [<Option("only the fewest tokens that have this probability together", Above = 0, Max = 1)>]
      TopP: float
      [<Option("only tokens at least this part as likely as the likeliest", Min = 0, Max = 1)>]
      MinP: float
      [<Option("above 1 lowers what came lately", Above = 0, Max = 1000)>]
      RepetitionPenalty: float
      [<Option("beam search of this width instead of draws", Min = 1, Max = 1000)>]
      Beams: int option
      [<Option("larger favours longer beams", Min = 0, Max = 1000)>]
      LengthPenalty: float
      [<Option("ends a text where this would begin; may be given several times", Repeats = true)>]
      Stop: string list }

let usualWriting =
    { Prompt = None; Length = None; Samples = None; Greedy = false; Temperature = 0.8; TopK = 0; TopP = 1.0; MinP = 0.0
      RepetitionPenalty = 1.0; Beams = None; LengthPenalty = 0.6; Stop = [] }

let private write (text: string) = Console.Out.Write text; Console.Out.Flush()

let private beams (lab: ExperimentRun) options (generator: TextGenerator) (tokenizer: Tokenizer) prompt length width =
    let stopToken (stop: string) =
        match tokenizer.Encode stop with
        | [| token |] -> token
        | _ -> raise (OptionException $"--stop with --beams must be one token, but '{stop}' is several.")
    let search =
        BeamSearchOptions(
            Width = width, MaxTokens = length, LengthPenalty = options.LengthPenalty,
            StopTokens = Array.ofList (List.map stopToken options.Stop), Cancellation = lab.Token)
    [ for beam in generator.BeamSearch(prompt, search) |> Seq.truncate (defaultArg options.Samples width) do
          let title = $"log P %.2f{beam.LogProbability}, score %.2f{beam.Score}"
          write $"--- {title}\n{prompt}{beam.Text}\n"
          title, beam.Text ]

let private draws (lab: ExperimentRun) options (generator: TextGenerator) prompt length =
    let count = defaultArg options.Samples 1
    let settings =
        GenerationOptions(
            MaxTokens = length, Seed = lab.Seed, Cancellation = lab.Token, StopStrings = Array.ofList options.Stop,
            Temperature = (if options.Greedy then 0.0 else options.Temperature), TopK = options.TopK,
            TopP = options.TopP, MinP = options.MinP, RepetitionPenalty = options.RepetitionPenalty)
    let start number = write (if count > 1 then $"--- text {number}\n{prompt}" else prompt)
    start 1
    [ for i, text in Seq.indexed (generator.Samples(prompt, count, settings, write)) do
          write "\n"
          if i + 1 < count then start (i + 2)
          $"text {i + 1}", text ]

/// The texts with their titles, shown while they are made, and the tokens made a second.
let writeTexts (lab: ExperimentRun) options (model: Gpt) (tokenizer: Tokenizer) (prompt: string) =
    let generator = TextGenerator(model, tokenizer)
    let length = options.Length |> Option.defaultValue (lab.Pick(500, 100))
    let count = defaultArg options.Samples (defaultArg options.Beams 1)
    lab.Config {| Prompt = prompt; Length = length; Samples = count |}
    let watch = Stopwatch.StartNew()
    let texts =
        match options.Beams with
        | Some width -> beams lab options generator tokenizer prompt length width
        | None -> draws lab options generator prompt length
    let tokens = texts |> List.sumBy (fun (_, text) -> (tokenizer.Encode text).Length)
    texts, float tokens / watch.Elapsed.TotalSeconds

let reportTexts (lab: ExperimentRun) (prompt: string) (texts: (string * string) list) =
    lab.Report.Section "What it writes"
    for title, text in texts do
        if texts.Length > 1 then lab.Report.Text title
        lab.Report.Preformatted(prompt + text)

/// Tokens a second, the best of three, and whether greedy text is the same with kept keys and values as without.
let writingSpeed (lab: ExperimentRun) (generator: TextGenerator) context (prompt: string) =
    let greedy usesCache =
        generator.Generate(prompt, GenerationOptions(MaxTokens = 2 * context, Temperature = 0.0, UsesCache = usesCache))
    let tokens = lab.Pick(4000, 500)
    let rateOf seed =
        let watch = Stopwatch.StartNew()
        generator.Generate(prompt, GenerationOptions(MaxTokens = tokens, Seed = seed)) |> ignore
        float tokens / watch.Elapsed.TotalSeconds
    let isSame = greedy true = greedy false
    List.max (List.map rateOf [ 1UL .. 3UL ]), isSame
