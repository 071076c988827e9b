// The sentences that are learned and asked, in honest parts: shared by scripts, no script itself.
[<AutoOpen>]
module TranslateSentences

open System.Globalization
open System.IO
open Crucible.Lab.Data
open Crucible.Statistics
open Crucible.Tensors
open Crucible.Text

type Sentences =
    { Of: string // which they are, and how many
      Rule: string // how they were split
      Parts: PairSplit
      Longer: SentencePair[] // longer than any that trains
      Near: int // test sentences with a near-duplicate in training
      Neighbours: string[] } // the translations of the most similar training sentences, of the test

let sources (pairs: SentencePair[]) = pairs |> Array.map _.Source
let targets (pairs: SentencePair[]) = pairs |> Array.map _.Target

let private whole rule name (parts: PairSplit) longer =
    { Of = name; Rule = rule; Parts = parts; Longer = longer; Near = parts.TestNearTraining()
      Neighbours = NearestSentences(parts.Training).Translate(sources parts.Test) }

let private byClusters seed name (pairs: SentencePair[]) =
    let clusters = SentenceClusters.Find pairs
    let sizes =
        $"{Numeral.Of pairs.Length} pairs in {Numeral.Of clusters.Sizes.Count} clusters, the largest of \
            {Numeral.Of(float (Seq.max clusters.Sizes))}"
    let rule =
        $"Near-duplicates, sentences that share at least 0.4 of their pairs of adjacent words or have the same \
            translation, and neighbours of such, stay in one part: {sizes}. Whole clusters are dealt out at random."
    whole rule name (clusters.Split(0.05, 0.1, Generator(seed: uint64))) [||]

let private languageOf setting = CultureInfo.GetCultureInfo(setting.Language).EnglishName

/// The pairs of a setting. What is measured in the end is never looked at before.
let sentencesOf setting =
    let few (pair: SentencePair) = pair.SourceWords <= setting.MostWords
    match setting.Data with
    | Data.Sdk ->
        let messages = SdkMessages.Load setting.Language
        let name = $"{messages}; those of up to {setting.MostWords} words"
        byClusters setting.Seed name (Array.filter few messages.Sentences)
    | Data.File -> byClusters setting.Seed (Path.GetFileName setting.Pairs) (PairFile.Read setting.Pairs)
    | _ ->
        let all = NumberWords.Sample(setting.Language, setting.Count, NumberWords.MostDigits, Generator setting.Seed)
        let brief, longer = Array.partition few all
        let rule =
            $"Every number is in one part, dealt out at random; {Numeral.Of longer.Length} of more than \
                {setting.MostWords} words are apart, to ask for lengths never seen."
        let parts = PairSplit.AtRandom(brief, 0.05, 0.2, Generator(setting.Seed + 1UL))
        let numbers = $"{Numeral.Of all.Length} numbers of 1 to {NumberWords.MostDigits} digits"
        let name = $"{numbers} in English and {languageOf setting}"
        whole rule name parts longer

/// The vocabulary of both languages together, learned from the training sentences.
let vocabularyOf setting (pairs: SentencePair[]) =
    let kind = if setting.Vocabulary = 0 then VocabularyKind.Words else VocabularyKind.BytePairs
    let size = if setting.Vocabulary = 0 then 4000 else setting.Vocabulary
    PairVocabulary.Train(pairs, PairVocabularyOptions(Kind = kind, Size = size, IsJoint = setting.IsShared))

/// BLEU, in characters where words have no space between them.
let bleu setting (outputs: string[]) (references: string[]) =
    let words = if hasSpaces setting.Language then BleuTokenization.Mteval13a else BleuTokenization.Characters
    Bleu.Corpus(outputs, references, BleuOptions(Tokenization = words)).Score

let chrf (outputs: string[]) (references: string[]) = Chrf.Corpus(outputs, references)
let exactMatch (outputs: string[]) (references: string[]) = ExactMatch.Corpus(outputs, references)
