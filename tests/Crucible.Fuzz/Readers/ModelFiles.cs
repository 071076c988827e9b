using Crucible.Layers;
using Crucible.Models;
using Crucible.Optimizers;
using Crucible.Tensors;
using Crucible.Training;

namespace Crucible.Fuzz;

/// <summary>Weights of models, language models, and checkpoints of the trainer.</summary>
internal static class ModelFiles
{
    public static IEnumerable<FileReader> Readers =>
        [new("weights", Weights), new("language model", LanguageModel), new("checkpoint", Checkpoint)];

    private static FileCase Weights(Random random)
    {
        int hidden = random.Next(1, 4);
        bool strict = random.Next(3) > 0, isSealed = random.Next(4) == 0;
        Sequential Make(ulong seed) =>
            new(new Linear(2, hidden, new Generator(seed)), new Tanh(), new Linear(hidden, 1, new Generator(seed)));
        Sequential whole = Make((ulong)random.Next(1000));
        byte[] saved = TensorFiles.Saved(whole.Save);
        FuzzFile file = isSealed ? new("model.safetensors", saved) : TensorFiles.Unsealed("model.safetensors", saved);
        return FileCase.Of(file, path =>
        {
            Sequential model = Make(1000);
            Unchanged(model, () => model.Load(path, strict));
            return () => Tell(model);
        }, Tell(whole), $"""
            let model = Linear(2, {hidden}, Generator 1000) --> Tanh() --> Linear({hidden}, 1, Generator 1000)
            model.Load(path "model.safetensors", {(strict ? "true" : "false")})
            printfn "%A" (model.Forward(Tensor.Ones(1, 2), Pass.Evaluation))
            """) with
        { Seal = isSealed ? TensorFiles.Seal : null };
    }

    private static FileCase LanguageModel(Random random)
    {
        bool isGpt2 = random.Next(2) == 0;
        T Any<T>()
            where T : struct, Enum => Enum.GetValues<T>()[random.Next(Enum.GetValues<T>().Length)];
        GptOptions options = new()
        {
            Vocabulary = random.Next(2, 6),
            Context = random.Next(3, 6),
            Layers = random.Next(1, 3),
            Heads = 2,
            Width = 4,
            KeyValueHeads = isGpt2 || random.Next(2) == 0 ? null : 1,
            HiddenSize = random.Next(3) == 0 ? 3 : null,
            FeedForward = isGpt2 ? FeedForwardKind.GeluTanh : Any<FeedForwardKind>(),
            Norm = isGpt2 ? NormKind.LayerNorm : Any<NormKind>(),
            Placement = isGpt2 ? NormPlacement.Pre : Any<NormPlacement>(),
            Positions = isGpt2 ? PositionKind.Learned : Any<PositionKind>(),
            HasBias = isGpt2 || random.Next(2) == 0,
            IsTied = random.Next(2) == 0,
            DType = random.Next(2) == 0 ? DType.Float32 : DType.Float64,
        };
        Gpt whole = new(options, new Generator((ulong)random.Next(1000)));
        GptLayout layout = isGpt2 ? Any<GptLayout>() : GptLayout.Crucible;
        byte[] saved = TensorFiles.Saved(path => GptFile.Save(path, whole, layout));
        bool isSealed = random.Next(4) == 0;
        FuzzFile file = isSealed ? new("gpt.safetensors", saved) : TensorFiles.Unsealed("gpt.safetensors", saved, "crucible.gpt");
        // A context of fixed positions has a table that no tensor of the file bounds, but a limit of its own.
        return FileCase.Of(file, path =>
        {
            Gpt model = GptFile.Load(path, heads: 2);
            return () => Tell(model);
        }, Tell(whole), "printfn \"%A\" (GptFile.Load(path \"gpt.safetensors\", 2).Options)") with
        {
            Seal = isSealed ? TensorFiles.Seal : null,
            Base = 200L << 20,
            PerByte = 400,
        };
    }

    private static string Tell(Gpt model)
    {
        Tensor tokens = Tensor.Of(new[] { 0, 1, 1 }).Reshape(1, 3);
        return $"{model.Options} {TensorFiles.Tell(model.NextLogits(tokens, Pass.Evaluation).ToArray())}";
    }

    private static FileCase Checkpoint(Random random)
    {
        string optimizer = Optimizer.Names[random.Next(Optimizer.Names.Count)];
        bool hasPlateau = random.Next(3) == 0, isSealed = random.Next(4) == 0;
        byte[] saved = TensorFiles.Saved(path => Train(Toy(), optimizer, hasPlateau, path, updates: 3));
        Linear whole = Toy();
        Train(whole, optimizer, hasPlateau, checkpoint: null, updates: 5);
        FuzzFile file = isSealed ? new("run.safetensors", saved) : TensorFiles.Unsealed("run.safetensors", saved, "crucible.training");
        return FileCase.Of(file, path =>
        {
            Linear model = Toy();
            try
            {
                Unchanged(model, () => Train(model, optimizer, hasPlateau, path, updates: 5));
            }
            catch (NonFiniteException)
            {
                // The weights were read, and are no good for training.
            }

            return () => Tell(model);
        }, Tell(whole), $"""
            let model = Linear(2, 1, Generator 1)
            let plateau = {(hasPlateau ? "ReduceOnPlateau 0.01" : "Unchecked.defaultof<ReduceOnPlateau>")}
            let options = TrainerOptions(Updates = 5, RecordEvery = 2, Checkpoint = path "run.safetensors", Plateau = plateau)
            let rows = RowBatches(Tensor.Ones(4, 2), Tensor.Ones(4, 1), 2)
            let trainer = Trainer(model, Optimizer.Named("{optimizer}", model.Parameters), fun a b -> Loss.MeanSquaredError(a, b))
            printfn "%A" (trainer.Fit(rows, rows, options))
            """) with
        { Seal = isSealed ? TensorFiles.Seal : null };
    }

    private static Linear Toy() => new(2, 1, new Generator(1));

    private static void Train(Linear model, string optimizer, bool hasPlateau, string? checkpoint, int updates)
    {
        RowBatches rows = new(Tensor.Ones(4, 2), Tensor.Ones(4, 1), 2);
        Trainer trainer = new(model, Optimizer.Named(optimizer, model.Parameters), (a, b) => Loss.MeanSquaredError(a, b));
        trainer.Fit(rows, rows, new()
        {
            Updates = updates,
            RecordEvery = 2,
            Checkpoint = checkpoint,
            Plateau = hasPlateau ? new(0.01) : null,
            ShowProgress = false,
        });
    }

    private static string Tell(Layer model) =>
        TensorFiles.Tell(model.Parameters.Select(parameter => KeyValuePair.Create(parameter.Name!, parameter)));

    /// <summary>A file that is refused has changed nothing.</summary>
    private static void Unchanged(Layer model, Action read)
    {
        string before = Tell(model);
        try
        {
            read();
        }
        catch (CheckpointException) when (Tell(model) != before)
        {
            throw new InvalidOperationException("the file is refused, but parameters were changed");
        }
    }
}
