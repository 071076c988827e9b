// Question  Does the company that a word keeps tell what it means?
// Data      tinyshakespeare: 204 000 words of plays, 3322 of which occur five times; any UTF-8 text will do (--text).
// Method    Skip-gram and CBOW with negative sampling (Mikolov et al. 2013) learn a vector for each word, three seeds
//           each. Thirty pairs of related words, chosen beforehand, are looked up: at which place among all words is
//           one the neighbour of the other, and at which one a random word? A run that was killed goes on with
//           --resume, to the same bits.
// Expected  A related word stands at place 20 of 3300, a random one in the middle; a quarter of the analogies is
//           solved. Half a minute.
// See also  masked.fsx: vectors that depend on the sentence.
#load "crucible.fsx"
#load "words/setting.fsx"
#load "words/lists.fsx"
#load "words/pictures.fsx"

open System
open System.IO
open Crucible
open Crucible.Lab.Reports
open Crucible.Lab.Scripting
open Crucible.Statistics
open Crucible.Text
open Plotly.NET

type Options =
    { Wanted: Wanted
      [<Option "words whose neighbours are shown">]
      Near: string list
      [<Option("goes on with a run that was stopped: its folder; alone --out's, or the latest", Alone = "latest",
               IsFile = true)>]
      Resume: string option }

let defaults = { Wanted = asUsual; Near = []; Resume = None }

/// The mean of seeds with its 95 % interval, which one seed does not have.
let ofSeeds values = match values with [ one ] -> Interval(one, nan, nan) | several -> Interval.OfMean several

let half (interval: Interval) = (interval.High - interval.Low) / 2.0

/// Places of pairs, smallest first, against the share of the pairs that have them.
let shareWithin name (ranks: float list) =
    let sorted, count = List.sort ranks, float ranks.Length
    Chart.Line([ for i, rank in List.indexed sorted -> rank, 100.0 * float (i + 1) / count ], Name = name)

Experiment.Run("Does the company that a word keeps tell what it means?", defaults, fun lab ->
    // ---- Data and method -------------------------------------------------------------------------------------------
    let setting = begun lab lab.Options.Wanted lab.Options.Resume
    lab.Config { setting with Text = NamedFile.Describe setting.Text }
    let corpus = corpusOf setting
    let unknown = lab.Options.Near |> List.filter (fun word -> corpus.IndexOf word < 0)
    if not unknown.IsEmpty then
        let least = setting.LeastCount
        raise (OptionException $"--near has words that do not occur {least} times in the text: {listed unknown}.")
    let jobs = [ for kind in kinds do for number in 1 .. setting.Seeds -> kind, number ]
    use progress = lab.Progress("training", int64 (jobs.Length * setting.Epochs))
    let trained = jobs |> List.map (train lab setting corpus progress)
    let ofKind kind = trained |> List.filter (fun one -> one.Kind = kind)
    let first kind = (ofKind kind).Head.Vectors
    (first WordVectorKind.SkipGram).Save(Path.Combine(lab.Out, vectorsFile))

    // ---- What came -------------------------------------------------------------------------------------------------
    let pairs, asked = pairsIn corpus, analogiesIn corpus
    let drawn, apart = withRandom corpus (setting.Seed + 99UL) pairs, withStrangers pairs
    let place (vectors: WordVectors) (word, other) = float (vectors.Rank(word, other))
    let ranks kind pairs = [ for one in ofKind kind -> pairs |> List.map (place one.Vectors) ]
    let medianRank kind pairs = ofSeeds (ranks kind pairs |> List.map median)
    let ofSkipGram, ofCbow = medianRank WordVectorKind.SkipGram, medianRank WordVectorKind.Cbow
    let related, random, unrelated = ofSkipGram (bothWays pairs), ofSkipGram drawn, ofSkipGram apart
    let times = ofSeeds (List.map2 (fun near far -> median far / median near)
                             (ranks WordVectorKind.SkipGram (bothWays pairs)) (ranks WordVectorKind.SkipGram drawn))
    let speed kind = ofKind kind |> List.map (fun one -> (List.last one.Records).WordsPerSecond) |> List.max
    let rate, count = speed WordVectorKind.SkipGram, corpus.Words.Count
    if not pairs.IsEmpty then
        lab.Metric("pair_rank", related.Estimate, true, "median place of a related word")
        lab.Metric("random_pair_rank", random.Estimate, true, "median place of a random word")
        lab.Metric("unrelated_pair_rank", unrelated.Estimate, title = "median place of another pair's word")
        lab.Metric("cbow.pair_rank", (ofCbow (bothWays pairs)).Estimate, title = "median place of a related word, CBOW")
    lab.Metric("words_per_second", rate, true, "words of text a second, skip-gram")
    lab.Metric("cbow.words_per_second", speed WordVectorKind.Cbow, title = "words of text a second, CBOW")
    lab.Metric("words", count, title = "words that have vectors")

    // ---- Answer ----------------------------------------------------------------------------------------------------
    let pictures = maps lab corpus (first WordVectorKind.SkipGram)
    let chart =
        if pairs.IsEmpty then pictures.Head
        else
            Chart.combine
                [ for kind in kinds do shareWithin $"related, {named kind}" (List.concat (ranks kind (bothWays pairs)))
                  shareWithin "random" (List.concat (ranks WordVectorKind.SkipGram drawn)) ]
            |> Chart.withTitle "How near the words of pairs lie"
            |> Chart.withXAxisStyle ($"place among all {count} words", AxisType = StyleParam.AxisType.Log)
            |> Chart.withYAxisStyle "% of the pairs at this place or nearer"
    if pairs.IsEmpty then
        lab.Answer(
            $"{count} words have vectors after {setting.Epochs} passes; whether they tell meaning, their neighbours \
                show: none of the thirty pairs that are asked of Shakespeare is in this text.",
            [ Estimate("words a second, skip-gram", rate) ], chart)
    else
        let verdict = if times.Estimate >= 2.0 then "Yes" else "Hardly, after so little"
        lab.Answer(
            $"{verdict}: the related word of {pairs.Length} pairs stands at place %.0f{related.Estimate} of {count} \
                (median, skip-gram; CBOW %.0f{(ofCbow (bothWays pairs)).Estimate}), a random word at \
                %.0f{random.Estimate}. Nothing was told but which words stand near each other.",
            [ Estimate("place of a related word, skip-gram", related.Estimate, $"of {count}", half related)
              Estimate("place of a random word", random.Estimate, $"of {count}", half random)
              Estimate("words of text a second, skip-gram", rate) ], chart,
            "Further left is nearer."
            + (if setting.Seeds > 1 then $" ± is the 95 %% interval over {setting.Seeds} seeds." else ""))

    // ---- How, and what else ----------------------------------------------------------------------------------------
    lab.Report.Section "Maps"
    let reading = "Pointing at a word tells its name. t-SNE keeps neighbours together; far is just far."
    lab.Report.Charts(pictures, reading)
    reportNeighbours lab [ for kind in kinds -> named kind, first kind ] (shownWords corpus lab.Options.Near)
    reportAnalogies lab corpus (first WordVectorKind.SkipGram) asked
    if not pairs.IsEmpty then
        lab.Report.Section "The thirty pairs"
        lab.Report.Text $"They were chosen by their meaning before any vector was seen. With another pair's word, as \
            frequent but not related, the median place is %.0f{unrelated.Estimate}, so that frequency alone does not \
            bring the related ones near."
        let both kind (a, b) = $"{place (first kind) (a, b)}, {place (first kind) (b, a)}"
        let row (a, b) = $"{a}, {b}" :: [ for kind in kinds -> both kind (a, b) ]
        let how = "The place of the second word among the neighbours of the first, and of the first among the second's."
        lab.Report.Table("pair" :: List.map named kinds, List.map row pairs, how)
    lab.Report.Section "Learning"
    lab.Report.Formula(
        "−ln σ(u_o · h) − ∑_n ln σ(−u_n · h)",
        $"is lowered for each word o and h, the vector of a word near it (CBOW: the mean of all that are near); \
            {setting.Negatives} words n are drawn as noise, in proportion to the power 0.75 of their counts.")
    let losses kind = [ for record in (ofKind kind).Head.Records -> record.Epoch, record.Loss ]
    lab.Report.Chart(
        Chart.combine [ for kind in kinds -> Chart.Line(losses kind, Name = named kind) ]
        |> Chart.withTitle "Loss of an example"
        |> Chart.withXAxisStyle "epoch"
        |> Chart.withYAxisStyle "nats",
        $"Of words seen at the time; first seed. At first it is {setting.Negatives + 1} ln 2.")
    lab.Note("words a second, skip-gram", rate, "2 million and more on two quiet cores")

    // ---- Checks ----------------------------------------------------------------------------------------------------
    lab.Check("pairs in the text", "30 of Shakespeare", pairs.Length, (pairs.Length = 30 || setting.Text <> ""))
    if not lab.Quick && setting = settingOf lab asUsual then
        lab.CheckAtLeast("a random word's place over a related one's, lower end over seeds", times.Low, 5.0))
