// Words that belong together, chosen by their meaning before any vector was looked at: shared, no script itself.
[<AutoOpen>]
module WordsLists

open Crucible.Tensors
open Crucible.Text

/// Thirty related pairs, all of words that occur at least ten times in the plays.
let relatedPairs =
    [ "king", "queen"; "father", "mother"; "brother", "sister"; "son", "daughter"; "husband", "wife"; "lord", "lady"
      "man", "woman"; "day", "night"; "heaven", "hell"; "life", "death"; "love", "hate"; "friend", "foe"
      "war", "peace"; "eyes", "ears"; "sun", "moon"; "summer", "winter"; "black", "white"; "thou", "thee"
      "he", "she"; "hath", "doth"; "shalt", "wilt"; "come", "go"; "duke", "prince"; "york", "lancaster"
      "romeo", "juliet"; "rome", "romans"; "tears", "sorrow"; "england", "france"; "sword", "blood"; "joy", "grief" ]

/// a is to b as c is to d.
type Analogy = string * string * string * string

let analogies: Analogy list =
    [ "king", "queen", "man", "woman"; "king", "queen", "husband", "wife"; "king", "queen", "son", "daughter"
      "king", "queen", "lord", "lady"; "father", "mother", "brother", "sister"; "father", "mother", "son", "daughter"
      "man", "woman", "husband", "wife"; "man", "woman", "brother", "sister"; "he", "she", "him", "her"
      "he", "she", "his", "her"; "thou", "thee", "i", "me"; "thou", "thy", "i", "my"; "thou", "thine", "i", "mine"
      "we", "us", "they", "them"; "i", "me", "we", "us"; "have", "hath", "do", "doth"; "have", "hast", "do", "dost"
      "shall", "shalt", "will", "wilt"; "shall", "shalt", "can", "canst"; "day", "night", "sun", "moon"
      "eye", "eyes", "hand", "hands"; "lord", "lords", "friend", "friends"; "enemy", "enemies", "friend", "friends"
      "france", "french", "england", "english" ]

/// Groups that the maps tell apart by colour.
let groups =
    [ "family", "father mother brother sister son daughter husband wife child children cousin uncle aunt kinsman heir"
      "rank", "king queen prince duke lord lady lords sir captain servant gentleman emperor crown throne majesty"
      "pronouns", "i me my mine thou thee thy thine he him his she her we us our they them their you your"
      "body", "eye eyes ear ears hand hands head heart face tongue blood arms breast brow cheek lips knee"
      "nature", "sun moon stars day night morning summer winter spring sea wind earth heaven fire water rain"
      "feelings", "love hate joy grief sorrow tears fear hope shame anger pity rage comfort despair" ]
    |> List.map (fun (name, words) -> name, words.Split ' ')

/// The middle value, of an even number the mean of the two.
let median (values: float list) =
    let sorted, half = List.toArray (List.sort values), values.Length / 2
    if sorted.Length = 0 then nan
    elif sorted.Length % 2 = 1 then sorted[half]
    else (sorted[half - 1] + sorted[half]) / 2.0

/// The pairs whose words are all in a text.
let pairsIn (corpus: WordCorpus) =
    relatedPairs |> List.filter (fun (a, b) -> corpus.IndexOf a >= 0 && corpus.IndexOf b >= 0)

let analogiesIn (corpus: WordCorpus) =
    analogies |> List.filter (fun (a, b, c, d) -> List.forall (fun word -> corpus.IndexOf word >= 0) [ a; b; c; d ])

/// The mean of both words' places among the neighbours of the other.
let pairRank (vectors: WordVectors) (a, b) = (float (vectors.Rank(a, b)) + float (vectors.Rank(b, a))) / 2.0

/// Both words of pairs, each with the other.
let bothWays (pairs: (string * string) list) = [ for a, b in pairs do a, b; b, a ]

/// Every word of the pairs with thirty words drawn from all.
let withRandom (corpus: WordCorpus) seed (pairs: (string * string) list) =
    let generator = Generator(seed: uint64)
    [ for word, _ in bothWays pairs do
          for _ in 1..30 do
              let drawn = corpus.Words[generator.NextInt corpus.Words.Count]
              if drawn <> word then word, drawn ]

/// Every word of the pairs with those of the others: as frequent as the related ones, but not related.
let withStrangers (pairs: (string * string) list) =
    let all = bothWays pairs
    [ for word, own in all do
          for other, _ in all do
              if other <> word && other <> own && not (List.contains (word, other) all) then word, other ]
