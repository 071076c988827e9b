using System.Globalization;
using Crucible.Benchmarks.Measuring;
using Crucible.Benchmarks.Sides;
using Crucible.Layers;
using Crucible.Models;
using Crucible.Optimizers;
using Crucible.Tensors;
using Crucible.Text;

namespace Crucible.Benchmarks.Workloads;

/// <summary>A training step of each kind of translator, and sentences translated by beam search.</summary>
internal sealed class TranslatorWorkload : ComparedWorkload
{
    private const double Tolerance = 5e-5;
    private const double BFloat16Tolerance = 0.05;
    private const double SearchTolerance = 1e-3; // of continuations that are nearly as likely, each side may keep others
    private const int Sentences = 100, Beams = 4, Limit = 20;

    /// <inheritdoc/>
    public override string Name => "translator";

    /// <inheritdoc/>
    public override string Summary => "a training step of each kind of translator; sentences by beam search";

    /// <inheritdoc/>
    internal override IEnumerable<RowTable> Tables(bool quick)
    {
        yield return new(
            $"training step of a translator of 1.2 million parameters, {TranslatorSize.Batch} sentences of {TranslatorSize.Length} tokens",
            [.. TranslatorSize.All.Select(Step)]);
        yield return new(
            $"a sentence translated, {Sentences} together, {Beams} beams, {Limit} tokens", [.. TranslatorSize.All.Select(Search)]);
    }

    /// <inheritdoc/>
    internal override Work Prepare(string[] words)
    {
        TranslatorSize size = TranslatorSize.Of(words[1]);
        Translator model = Model(size);
        return words[0] == "step" ? Training(size, model) : Searching(model);
    }

    private static Translator Model(TranslatorSize size)
    {
        bool isTransformer = size.Name == "transformer";
        TranslatorOptions options = new()
        {
            Kind = Enum.Parse<TranslatorKind>(size.Name, ignoreCase: true),
            Vocabulary = new(TranslatorSize.Vocabulary, TranslatorSize.Vocabulary, IsJoint: true),
            Width = size.Width,
            Layers = isTransformer ? TranslatorSize.Layers : 1,
            Heads = isTransformer ? TranslatorSize.Heads : 1,
            Placement = NormPlacement.Pre,
            Dropout = 0.0,
        };
        Translator model = Translator.Create(options, new Generator(1));
        Dictionary<string, Tensor> matrices = model.Parameters.Where(parameter => parameter.Rank == 2).ToDictionary(one => one.Name!);
        foreach ((int place, (string name, int rows, int columns)) in size.Matrices().Index())
        {
            matrices[name].CopyInPlace(Tensor.From(size.Values(place, rows, columns), rows, columns));
            matrices.Remove(name);
        }

        return matrices.Count == 0 ? model : throw new InvalidOperationException($"not set: {string.Join(", ", matrices.Keys)}");
    }

    private static Work Training(TranslatorSize size, Translator model)
    {
        Tensor source = Tensor.From(TranslatorSize.Sources(TranslatorSize.Batch), TranslatorSize.Batch, TranslatorSize.Length);
        Tensor target = Tensor.From(TranslatorSize.Targets(), TranslatorSize.Batch, TranslatorSize.Length + 1);
        AdamW optimizer = new(ParameterGroup.DecayMatricesOnly(model.Parameters), new AdamOptions { LearningRate = 1e-3, Beta2 = 0.98 });
        Pass pass = Pass.Training(new Generator(1));
        return new(Step, Answers);

        void Backward()
        {
            optimizer.ZeroGradients();
            model.Loss(source, target, pass, TranslatorSize.LabelSmoothing).Backward();
        }

        void Step()
        {
            Backward();
            GradientClipping.ByNorm(model.Parameters, 1.0);
            optimizer.Step();
        }

        IEnumerable<Answer> Answers()
        {
            Backward();
            Dictionary<string, Tensor> parameters = model.Parameters.ToDictionary(parameter => parameter.Name!);
            yield return new("gradients", [.. size.Matrices().SelectMany(one => parameters[one.Name].Gradient!.ToArray<float>())]);
            float[] losses = new float[5];
            for (int i = 0; i < losses.Length; i++)
            {
                Step();
                losses[i] = (float)model.Loss(source, target, pass, TranslatorSize.LabelSmoothing).ToDouble();
            }

            yield return new("losses", losses);
        }
    }

    private static Work Searching(Translator model)
    {
        BeamSearch search = new(new() { Width = Beams, MaxTokens = Limit, StopTokens = [TranslatorSize.End] });
        return new(() => Found(), () => [new("scores", Found())]);

        float[] Found()
        {
            Tensor source = Tensor.From(TranslatorSize.Sources(Sentences), Sentences, TranslatorSize.Length);
            int[] starts = [.. Enumerable.Repeat(TranslatorSize.End - 1, Sentences)];
            BeamSearch.Found[][] found = search.Run(model.StartDecoding(source, Limit), starts);
            return [.. found.SelectMany(best => best.Select(one => (float)one.LogProbability))];
        }
    }

    private Row Step(TranslatorSize size) => new(
        size.Name,
        $"{Name} step {size.Name}",
        new Way(Tolerance),
        new Way(Tolerance, "fused AdamW", "fused"),
        new Way(BFloat16Tolerance, "bfloat16, fused AdamW", "bfloat16 fused"))
    {
        Operations = size.Operations,
        Seconds = 0.2,
    };

    private Row Search(TranslatorSize size) => new(
        size.Name, Invariant($"{Name} search {size.Name} {Sentences} {Beams} {Limit}"), new Way(SearchTolerance))
    {
        Times = Sentences,
        Seconds = 0.2,
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
