// The speeches of a text in honest parts, and as tokens: shared, no script itself.
[<AutoOpen>]
module MaskedSpeeches

open System
open System.IO
open System.Text.RegularExpressions
open Crucible
open Crucible.Files
open Crucible.Lab.Data
open Crucible.Tensors
open Crucible.Text

/// What somebody says at a time; the speaker's name is no part of the words.
type Speech = { Speaker: string; Words: string; Part: int } // 0 trains, 1 validates, 2 tests

/// Tokens of a part of a speech, short enough for a model.
type Piece = { Of: Speech; Tokens: int[] }

let private spaces = Regex @"\s+"
let private letters = Regex @"[^a-z]+"

let private textOf (path: string) =
    try
        use reader = new StreamReader(RegularFile.OpenRead path, Text.UTF8Encoding(false, true))
        DataFiles.Note path
        reader.ReadToEnd().ReplaceLineEndings "\n"
    with
    | :? Text.DecoderFallbackException -> raise (DataException $"{path} must be UTF-8, but is not.")
    | :? IOException | :? UnauthorizedAccessException as error ->
        raise (DataException $"{path} must be readable, but is not: {error.Message}")

/// All speeches, each once: of equal words the first alone, so that no test has been trained on. The parts, 70, 10 and
/// 20 %, are drawn speech by speech.
let speechesOf text (seed: uint64) =
    let path = if text = "" then TinyShakespeare.Find() else text
    let whole =
        [| for block in (textOf path).Split("\n\n") do
              let lines = block.Trim().Split '\n'
              let isNamed = lines.Length > 1 && lines[0].EndsWith ':'
              let words = spaces.Replace(String.Join(' ', (if isNamed then Array.tail lines else lines)), " ").Trim()
              if words <> "" then (if isNamed then lines[0].TrimEnd ':' else ""), words |]
        |> Array.distinctBy (fun (_, words) -> letters.Replace(words.ToLowerInvariant(), " ").Trim())
    if whole.Length < 50 then
        let found = $"{path} must have at least 50 different speeches between empty lines, but has {whole.Length}."
        raise (DataException found)
    let places = Generator(seed).Permutation whole.Length
    let share i = 10 * places[i] / whole.Length
    [| for i, (speaker, words) in Array.indexed whole ->
           { Speaker = speaker; Words = words; Part = (if share i < 7 then 0 elif share i = 7 then 1 else 2) } |]

let maskName, endName = "[MASK]", "[END]"

/// The words of the speeches that train, in lower case, and the mask.
let tokenizerOf (setting: Setting) (speeches: Speech[]) =
    let options =
        WordOptions(
            VocabularySize = setting.Vocabulary, Case = LetterCase.Lower, Unknown = UnknownWord.Token,
            SpecialTokens = [| maskName; endName |])
    WordTokenizer.Train([| for speech in speeches do if speech.Part = 0 then " " + speech.Words |], options)

let maskOf (tokenizer: Tokenizer) = tokenizer.SpecialTokens[maskName]
let endOf (tokenizer: Tokenizer) = tokenizer.SpecialTokens[endName]

/// The tokens of words in one line; every word has a space before it.
let encode (tokenizer: Tokenizer) (words: string) =
    let words = spaces.Replace(words, " ").Trim()
    tokenizer.Encode(if words <> "" && Char.IsLetterOrDigit words[0] then " " + words else words) |> Array.ofSeq

/// Whether a token is a word that is known, no sign.
let isWord (tokenizer: Tokenizer) =
    let isKnown id = id > 1 && Char.IsLetter((tokenizer.TokenText id).Trim() + "?", 0) // 0 and 1 are unknown words
    let known = Array.init tokenizer.VocabularySize isKnown
    fun token -> known[token]

/// Speeches of a part, one behind the other.
let streamOf (tokenizer: Tokenizer) part (speeches: Speech[]) =
    [| for speech in speeches do
           if speech.Part = part then
               yield! encode tokenizer speech.Words
               endOf tokenizer |]

/// The five who talk most, and what they say in pieces of at most as many tokens as a model sees.
let talkers (setting: Setting) tokenizer (speeches: Speech[]) =
    let names =
        speeches
        |> Array.filter (fun speech -> speech.Speaker <> "" && speech.Speaker.ToUpperInvariant() = speech.Speaker)
        |> Array.groupBy _.Speaker
        |> Array.sortByDescending (snd >> Array.sumBy _.Words.Length)
        |> Array.truncate 5
        |> Array.map fst
    let pieces =
        [| for speech in speeches do
               if Array.contains speech.Speaker names then
                   for tokens in Array.chunkBySize setting.Context (encode tokenizer speech.Words) do
                       if tokens.Length >= 5 then { Of = speech; Tokens = tokens } |]
    names, pieces
