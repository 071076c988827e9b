// The maps and tables of word vectors: shared, no script itself.
[<AutoOpen>]
module WordsPictures

open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Statistics
open Crucible.Tensors
open Crucible.Text
open Plotly.NET

/// The words of a map: those of the groups that the text has, and its most frequent others behind the first forty.
let mapped (corpus: WordCorpus) count =
    let inGroups = groups |> List.collect (snd >> List.ofArray) |> List.filter (fun word -> corpus.IndexOf word >= 0)
    let frequent = corpus.Words |> Seq.skip (min 40 (corpus.Words.Count / 4)) |> Seq.truncate count |> List.ofSeq
    List.distinct (inGroups @ frequent)

/// A map on which each word is a point that tells its name; groups have colours, the others are grey rings.
let wordMap (title: string) (corpus: WordCorpus) (words: string list) (places: Tensor) =
    let places = places.ToArray() |> Array.chunkBySize 2
    let at = dict (Seq.zip words places)
    let groupOf word = groups |> List.tryFind (fun (_, members) -> Array.contains word members) |> Option.map fst
    let points name (words: string list) size opacity isOther =
        let texts = [ for word in words -> $"{word}\n{corpus.Counts[corpus.IndexOf word]} times" ]
        let places = [ for word in words -> at[word][0], at[word][1] ]
        Chart.Point(places, Name = name, MultiText = texts, Opacity = opacity)
        |> GenericChart.mapTrace (fun trace ->
            trace.SetProperty("hoverinfo", "text")
            let marker = TraceObjects.Marker.init (Size = size)
            if isOther then
                marker.SetProperty("color", "#999999")
                marker.SetProperty("symbol", "circle-open")
            trace.SetProperty("marker", marker)
            trace)
    let others = words |> List.filter (groupOf >> Option.isNone)
    Chart.combine
        [ points "other words" others 5 0.8 true
          for name, _ in groups do
              let own = words |> List.filter (fun word -> groupOf word = Some name)
              if not own.IsEmpty then points name own 8 1.0 false ]
    |> Chart.withTitle title

/// The maps of the same words by principal components and by t-SNE.
let maps (lab: ExperimentRun) corpus (vectors: WordVectors) =
    let words = mapped corpus (lab.Pick(300, 60))
    let rows = vectors.Of words
    let unit = rows / sqrt ((rows * rows).Sum(1, true))
    let main = PrincipalComponents.Fit(unit, 2)
    let perplexity = min 20.0 (float (words.Length - 1) / 3.0)
    let near = TSne.Fit(unit, perplexity, lab.Pick(1000, 100))
    let share = 100.0 * (main.Shares[0] + main.Shares[1])
    [ wordMap "The words by t-SNE" corpus words near.Places
      wordMap $"The words by their principal components (%.0f{share} %% of the variance)" corpus words main.Scores ]

/// The words whose neighbours are shown: those asked for, else some of the plays', else frequent ones.
let shownWords (corpus: WordCorpus) (asked: string list) =
    let usual = [ "king"; "love"; "blood"; "sweet"; "romeo"; "night"; "sword"; "thou"; "mother"; "die" ]
    match asked, usual |> List.filter (fun word -> corpus.IndexOf word >= 0) with
    | [], [] -> corpus.Words |> Seq.skip (min 50 (corpus.Words.Count / 2)) |> Seq.truncate 10 |> List.ofSeq
    | [], known -> known
    | asked, _ -> asked

let reportNeighbours (lab: ExperimentRun) (trained: (string * WordVectors) list) words =
    let nearest (vectors: WordVectors) word =
        vectors.Nearest(word, 6) |> Seq.map string |> String.concat ", "
    let rows = [ for word in words -> word :: [ for _, vectors in trained -> nearest vectors word ] ]
    lab.Report.Section "Nearest neighbours"
    let how = "With the cosine of the angle between the vectors; first seed."
    lab.Report.Table("word" :: List.map fst trained, rows, how)
    lab.Table("word" :: List.map fst trained, rows)

let reportAnalogies (lab: ExperimentRun) (corpus: WordCorpus) (vectors: WordVectors) (asked: Analogy list) =
    let rows =
        [ for a, b, c, d in asked do
              let best = vectors.Analogy(a, b, c, 1)[0]
              $"{a} : {b} = {c} : …", d, best.Word, vectors.AnalogyRank(a, b, c, d) ]
    let solved = rows |> List.filter (fun (_, _, _, rank) -> rank = 1)
    let within = rows |> List.filter (fun (_, _, _, rank) -> rank <= 10)
    let percent count = 100.0 * float count / float (max 1 asked.Length)
    lab.Metric("analogies_solved", percent solved.Length / 100.0, title = "share of analogies solved")
    lab.Metric("analogies_within_ten", percent within.Length / 100.0, title = "share of analogies within ten answers")
    lab.Report.Section "Analogies"
    lab.Report.Formula(
        "cos(v_d, v_b − v_a + v_c)",
        "is largest for the answer d, which is none of a, b, c; v are vectors of length 1.")
    lab.Report.Text $"Of {asked.Length} analogies {solved.Length} are solved (%.0f{percent solved.Length} %%); of \
        {within.Length} (%.0f{percent within.Length} %%) the right word is among the first ten answers. A guess solves \
        %.2f{100.0 / float corpus.Words.Count} %% and has %.1f{1000.0 / float corpus.Words.Count} %% among ten. \
        Published scores of 60 %% and more come from a billion words and more; this text has \
        {Numeral.Of(float corpus.WordCount)}."
    lab.Report.Table([ "analogy"; "right"; "first answer"; "place of the right word" ], rows)
