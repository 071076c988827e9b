using Crucible.Layers;
using Crucible.Models;
using Crucible.Optimizers;
using Crucible.Tensors;
using Crucible.Training;
using static System.FormattableString;

namespace Crucible.Lab.Tables;

/// <summary>How the columns of a table become inputs of a network. What is learned, is learned from training rows.</summary>
public enum FeatureScaling
{
    /// <summary>Each column to mean 0 and standard deviation 1.</summary>
    Standard,

    /// <summary>Each column to 0 to 1.</summary>
    MinMax,

    /// <summary>As they are, the target too.</summary>
    None,
}

/// <summary>Everything that decides how a <see cref="TableNetwork"/> is built and trained.</summary>
public sealed record TableNetworkOptions
{
    /// <summary>The widths of the hidden layers.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [40, 40];

    /// <summary>Their activation, one of <see cref="Layers.Activation.Names"/>.</summary>
    public string Activation { get; init; } = "relu";

    /// <summary>Passes over the rows.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Rows an update; all, when there are fewer.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The optimizer, one of <see cref="Optimizers.Optimizer.Names"/>.</summary>
    public string Optimizer { get; init; } = "adamW";

    /// <summary>Its options by name, where they differ from its defaults; the rate and the decay are set below.</summary>
    public IEnumerable<KeyValuePair<string, double>> OptimizerOptions { get; init; } = [];

    /// <summary>The highest learning rate.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>Whether the learning rate falls to zero along half a cosine.</summary>
    public bool IsCosine { get; init; } = true;

    /// <summary>The decay of the weight matrices; the optimizer must have one when it is above 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>How features are scaled, and the target with them.</summary>
    public FeatureScaling Scaling { get; init; }

    /// <summary>Whether skewed features that are never negative enter as logarithms.</summary>
    public bool HasLogs { get; init; }

    /// <summary>Whether the network predicts the logarithm of a target that is always above 0.</summary>
    public bool HasLogTarget { get; init; }

    /// <summary>The seed of the first weights and of the order of the rows.</summary>
    public ulong Seed { get; init; }

    /// <summary>Ends training early.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Called after every epoch with the network as it then is.</summary>
    public Action<TrainingRecord, TableNetwork>? OnEpoch { get; init; }

    /// <summary>The features' names, for what is found wrong; without, they are numbered.</summary>
    public IReadOnlyList<string>? ColumnNames { get; init; }

    /// <summary>Whether the training is watched for what goes wrong.</summary>
    public bool IsDiagnosed { get; init; }

    /// <summary>Rows in the units of the table that training does not see, for what is watched: only they can tell overfitting.</summary>
    internal (Tensor X, Tensor Y)? Validation { get; init; }

    /// <summary>The same with other hidden layers, for languages that cannot say <c>with</c>.</summary>
    /// <param name="hidden">The widths of the hidden layers.</param>
    public TableNetworkOptions WithHidden(IReadOnlyList<int> hidden) => this with { Hidden = hidden };

    /// <summary>The same with another seed.</summary>
    /// <param name="seed">The seed.</param>
    public TableNetworkOptions WithSeed(ulong seed) => this with { Seed = seed };

    /// <summary>The same, watched.</summary>
    /// <param name="x">Rows in the units of the table that training does not see.</param>
    /// <param name="y">Their targets.</param>
    /// <param name="onEpoch">Called after every epoch.</param>
    public TableNetworkOptions Watched(Tensor x, Tensor y, Action<TrainingRecord, TableNetwork> onEpoch) =>
        this with { OnEpoch = onEpoch, IsDiagnosed = true, Validation = (x, y) };

    /// <summary>What is set, in a line: <c>40-40 tanh, adamW 0.01, decay 0.1, logs of skewed features</c>.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => Invariant(
        $"{string.Join('-', Hidden)} {Activation}, {Optimizer} {LearningRate}, decay {WeightDecay}{(HasLogs ? ", logs of skewed features" : "")}{(HasLogTarget ? ", log target" : "")}");

    internal Layer Model(int inputs) => new Mlp([inputs, .. Hidden, 1], Layers.Activation.Named(Activation), new Generator(Seed));

    internal Optimizer OptimizerOf(Layer model) => Optimizers.Optimizer.Named(
        Optimizer,
        ParameterGroup.DecayMatricesOnly(model.Parameters),
        [new("learningRate", LearningRate), .. OptimizerOptions, .. Decay]);

    private KeyValuePair<string, double>[] Decay => WeightDecay > 0 ? [new("weightDecay", WeightDecay)] : [];
}
