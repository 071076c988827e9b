// Trains a small translator with a checkpoint after every update and prints the bits of its weights: what KillTests
// starts, kills and starts again.
// Arguments: the folder of Crucible.dll is given by --reference; then the checkpoint.
open System
open Crucible.Models
open Crucible.Optimizers
open Crucible.Tensors
open Crucible.Text
open Crucible.Training

let checkpoint = fsi.CommandLineArgs[1]
let words = [| "zero", "null"; "one", "eins"; "two", "zwei"; "three", "drei"; "four", "vier" |]
let sentence (choose: string * string -> string) digits = digits |> Seq.map (fun digit -> choose words[digit]) |> String.concat " "
let pairs =
    let generator = Generator 5UL
    [ for _ in 1 .. 60 do
          let digits = [ for _ in 0 .. generator.NextInt 4 -> generator.NextInt words.Length ]
          sentence fst digits, sentence snd (List.rev digits) ]
let vocabulary =
    let texts = [ for source, target in pairs do yield! [ source; target ] ]
    TranslationVocabulary(WordTokenizer.Train(texts, WordOptions(VocabularySize = 300, SpecialTokens = TranslationVocabulary.SpecialTokens)))
let options = TranslatorOptions(Kind = TranslatorKind.Transformer, Vocabulary = vocabulary.Sizes, Layers = 1, Width = 16, Heads = 2)
let model = Translator.Create(options, Generator 6UL)
let optimizer = Adam(model.Parameters, AdamOptions(Beta2 = 0.98, Epsilon = 1e-9))
let trainer = Trainer.OfBatches(model, optimizer, fun batch pass -> model.Loss(batch.Inputs, batch.Targets, pass, 0.1))
let batches = PairBatches(vocabulary, pairs, 64)
let history =
    trainer.Fit(
        batches, batches,
        TrainerOptions(
            Updates = 420, Seed = 4UL, Schedule = Schedule.Noam(16, 100), Checkpoint = checkpoint, CheckpointEvery = 1, ShowProgress = false,
            OnUpdate = fun _ _ -> Threading.Thread.Sleep 3)) // so that there is time to be killed in
let values = [| for parameter in model.Parameters do yield! parameter.ToArray<float32>() |]
let bits = values |> Array.collect BitConverter.GetBytes
printfn "%d %s" history.Updates (Convert.ToHexString(Security.Cryptography.SHA256.HashData bits))
