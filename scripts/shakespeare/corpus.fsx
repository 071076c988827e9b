// The text that is learned from, as tokens, and the files of a run: shared by scripts, no script itself.
[<AutoOpen>]
module ShakespeareCorpus

open System.IO
open Crucible.Lab.Data
open Crucible.Layers
open Crucible.Models
open Crucible.Statistics
open Crucible.Tensors
open Crucible.Text
open Crucible.Training

type Corpus =
    { Name: string
      Tokenizer: Tokenizer
      Tokens: TokenSequence
      Training: TokenWindows
      Validation: TokenWindows
      CharactersPerToken: float }

    member corpus.IsThePlays = corpus.Name = TinyShakespeare.Name

    member corpus.BitsPerCharacter loss = loss / log 2.0 / corpus.CharactersPerToken

/// The text as tokens, by a tokenizer from a file where there is such.
let corpusOf (setting: Setting) (tokenizerFile: string) =
    let path, name =
        if setting.Text = "" then TinyShakespeare.Find(), TinyShakespeare.Name
        else setting.Text, Path.GetFileName setting.Text
    let tokenizer: Tokenizer =
        match setting.Tokens with
        | _ when File.Exists tokenizerFile -> Tokenizer.Load tokenizerFile
        | TokenKind.Word -> WordTokenizer.TrainFile(path, WordOptions(VocabularySize = setting.Vocabulary))
        | TokenKind.Bpe -> BytePairTokenizer.TrainFile(path, BytePairOptions(VocabularySize = setting.Vocabulary))
        | _ -> CharacterTokenizer.TrainFile path
    let tokens = tokenizer.EncodeFile path
    let training, validation =
        TokenWindows.Split(tokens, setting.Context, setting.TrainingPart, setting.Batch)
    let decoder = tokenizer.Stream()
    let count (text: string) = Seq.length (text.EnumerateRunes())
    let targets = seq { for i in training.TokenCount + 1 .. tokens.Count - 1 -> count (decoder.Next tokens[i]) }
    let characters = Seq.sum targets + count (decoder.Finish())
    { Name = name; Tokenizer = tokenizer; Tokens = tokens; Training = training; Validation = validation
      CharactersPerToken = float characters / float validation.TargetCount }

/// The mean loss over the parts of a text, as many windows each as a batch has, with its 95 % interval: what another
/// text of the kind may change.
let lossOfParts (model: Gpt) (text: TokenWindows) =
    let losses =
        [| for x, y in text.Consecutive text.BatchSize do
            if x.Shape[0] = text.BatchSize then
                Tensor.Evaluate(fun () -> crossEntropy (model.Forward(x, Pass.Evaluation)) y).ToDouble() |]
    if losses.Length < 2 then Interval(nan, nan, nan) else Interval.OfMean losses

// ---- The files of a run ----------------------------------------------------------------------------------------

let private inFolder name folder = Path.Combine(folder, name)
let lastFile = "model.safetensors" // of a run that came to its end
let checkpointIn, modelIn = inFolder "checkpoint.safetensors", inFolder lastFile
let tokenizerIn = inFolder "tokenizer.json"
