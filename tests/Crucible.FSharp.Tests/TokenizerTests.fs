module Crucible.FSharp.Tests.TokenizerTests

open System.Collections.Generic
open System.IO
open Crucible.Text
open Xunit

[<Fact>]
let ``BytePairs_OnTheDocumentedExample_CanBeReadAndReplayed`` () =
    let options = BytePairOptions(VocabularySize = 256 + 3, Split = SplitPattern.None)
    let tokenizer = BytePairTokenizer.Train([ "aaabdaaabac" ], options)
    // The documents call the three new tokens Z, Y and X.
    let letters = dict [ for merge, letter in Seq.zip tokenizer.Merges "ZYX" -> merge.Token, letter ]
    let letter id = if letters.ContainsKey id then letters[id] else char id
    let rules = [ for merge in tokenizer.Merges -> $"{letter merge.Token} = {letter merge.Left}{letter merge.Right}" ]
    Assert.Equal<string list>([ "Z = aa"; "Y = ab"; "X = ZY" ], rules)
    Assert.Equal("XdXac", tokenizer.Encode "aaabdaaabac" |> Array.map letter |> System.String)
    let described = [ for merge in tokenizer.Merges -> tokenizer.Describe merge ]
    Assert.Equal<string list>([ "aa = a + a"; "ab = a + b"; "aaab = aa + ab" ], described)

[<Fact>]
let ``Tokenizers_ShareOneInterface`` () =
    let text = "To be, or not to be: that is the question.\n"

    let tokenizers: Tokenizer list =
        [ CharacterTokenizer.Train [ text ]
          WordTokenizer.Train([ text ], WordOptions(VocabularySize = 300, SpecialTokens = [ "<end>" ]))
          BytePairTokenizer.Train([ text ], BytePairOptions(VocabularySize = 270)) ]

    for tokenizer in tokenizers do
        let ids = tokenizer.Encode text
        Assert.Equal(text, tokenizer.Decode ids)
        Assert.Equal(text, [ for id in ids -> tokenizer.TokenText id ] |> String.concat "" |> _.Replace("\\n", "\n"))
        Assert.Equal<int>(ids.Length, (tokenizer.EncodeToTensor text).Shape[0])
        let stream = tokenizer.Stream()
        Assert.Equal(text, ids |> Seq.map stream.Next |> String.concat "")

    Assert.Equal<int list>([ 16; 0 ], [ yield! tokenizers[0].Encode "t"; yield! tokenizers[0].Encode "\n" ])
    let tokens = tokenizers[1].Encode("<end>", [ "<end>" ]) |> List.ofArray
    Assert.Equal<int list>([ tokenizers[1].SpecialTokens["<end>"] ], tokens)

[<Fact>]
let ``EncodeFile_IsSlicedLikeAnArray`` () =
    let path = Path.GetTempFileName()

    try
        File.WriteAllText(path, "hello")
        let tokenizer = CharacterTokenizer.TrainFile path // e h l o
        let tokens = tokenizer.EncodeFile path
        Assert.Equal<int list>([ 1; 0; 2; 2; 3 ], List.ofSeq tokens)
        Assert.Equal<int list>([ 0; 2 ], List.ofArray tokens[1..2])
        Assert.Equal<int list>([ 2; 3 ], List.ofArray tokens[3..])
        Assert.Equal<int list>([ 2; 3 ], tokens.ToTensor(3, 2).ToArray() |> Array.map int |> List.ofArray)
        tokenizer.Save path
        Assert.Equal("hello", (Tokenizer.Load path).Decode tokens)
    finally
        File.Delete path

[<Fact>]
let ``Tiktoken_OwnEncoding_IsWrittenWithProperties`` () =
    let path = Path.GetTempFileName()

    try
        (BytePairTokenizer.Train([ "the cat the" ], BytePairOptions(VocabularySize = 258))).SaveTiktoken path
        let special = Dictionary(dict [ "<end>", 300 ])
        let encoding = TiktokenEncoding(Split = SplitPattern.Cl100k, SpecialTokens = special)
        let loaded = BytePairTokenizer.LoadTiktoken(path, encoding)
        Assert.Equal(301, loaded.VocabularySize)
        Assert.Equal<int list>([ 300 ], loaded.Encode("<end>", loaded.SpecialTokens.Keys) |> List.ofArray)
    finally
        File.Delete path
