
namespace Crucible.Tensors;

/// <summary>
/// One walk of reverse-mode differentiation: the graph is ordered so that every node comes after the nodes that use its
/// output, each node turns the gradient of its output into gradients of its inputs, and what reaches the leaves is
/// theirs. Iterative, so that depth costs no stack.
/// </summary>
/// <remarks>
/// Memory: gradients that nobody holds any more go back to the pool after each operation, so that the next one finds
/// them in the processor's caches and a walk needs room for a few of them only. The values of the forward pass stay
/// readable until this thread's next walk or <see cref="ReleaseFinished"/>, so that a script can still look at its
/// predictions after <c>Backward()</c>; but a walk that drops the graph gives those inside of layers back behind it
/// (<see cref="Tensor.AsInner"/>), and gradients of leaves take their place. What layers forgot
/// (<see cref="Tensor.Forget"/>) is there from its last reader's derivative to its own.
/// </remarks>
internal sealed class BackwardPass
{
    [ThreadStatic]
    private static BackwardPass? ofThread;

    private readonly List<Operation> order = [];
    private readonly Stack<Operation> path = new();
    private readonly List<Tensor> leaves = [];
    private readonly List<Storage> allocated = [];
    private readonly List<Storage> finished = [];
    private readonly Tensor one = new(Storage.Wrap([1f]), Shape.Scalar); // where most walks start from
    private bool isRunning;
    private bool isDropping; // nothing will read the graph behind this walk, which accumulates gradients of leaves
    private bool hasSpare;

    /// <summary>Returns the values of this thread's last dropped graph to the pool: a new step begins.</summary>
    public static void ReleaseFinished() => ofThread?.Release();

    /// <summary>
    /// Does work with walks of its own, whose graphs are dropped at its end, in the middle of someone else's training
    /// step: what that step's graph holds stays readable.
    /// </summary>
    public static void Aside(Action work)
    {
        BackwardPass? outer = ofThread;
        ofThread = null;
        try
        {
            work();
        }
        finally
        {
            ReleaseFinished();
            ofThread = outer;
        }
    }

    /// <summary>
    /// Differentiates <paramref name="root"/>. With targets, their gradients are returned and nothing accumulates;
    /// without, every leaf accumulates its own.
    /// </summary>
    /// <param name="root">The tensor to differentiate.</param>
    /// <param name="seed">
    /// The gradient to start from, in the root's shape; null for 1, where there are no targets that may be given it.
    /// </param>
    /// <param name="targets">The tensors whose gradients are wanted, or none for all leaves.</param>
    /// <param name="createGraph">Record the walk itself, so that gradients can be differentiated again.</param>
    /// <param name="retainGraph">Leave the graph in place for another walk.</param>
    /// <param name="boundary">Tensors that the walk treats as leaves even if they were computed, or null for none.</param>
    /// <returns>One entry per target: its gradient, or null when the root does not depend on it.</returns>
    public static Tensor?[] Run(Tensor root, Tensor? seed, Tensor[]? targets, bool createGraph, bool retainGraph, Tensor[]? boundary = null)
    {
        BackwardPass pass = ofThread is { isRunning: false } idle ? idle : new BackwardPass();
        if (ofThread is null || !ofThread.isRunning) ofThread = pass;
        return pass.Walk(root, seed ?? pass.Start(root, createGraph), targets, createGraph, retainGraph || createGraph, boundary ?? []);
    }

    /// <summary>1 in the root's shape. A recorded walk may hand it out.</summary>
    private Tensor Start(Tensor root, bool createGraph) =>
        root.Rank == 0 && root.DType == DType.Float32 && !createGraph ? one : Tensor.Full(root.Shape, 1.0, root.DType);

    private Tensor?[] Walk(Tensor root, Tensor seed, Tensor[]? targets, bool createGraph, bool retainGraph, Tensor[] boundary)
    {
        isRunning = true;
        Release();
        Recording modeBefore = GradientMode.Current;
        List<Storage>? trackedBefore = null;
        bool isTracking = false;
        try
        {
            Order(root, targets, boundary);
            Recording recording = createGraph ? Recording.Graph
                : seed.HasVisibleTangent || order.Exists(CarriesTangent) ? Recording.Tangents
                : Recording.None;
            GradientMode.Set(recording);
            if (recording == Recording.None)
            {
                trackedBefore = Storage.Track(allocated);
                isTracking = true;
            }

            isDropping = recording == Recording.None && !retainGraph && targets is null;
            seed.Storage.Holders++;
            root.AddPending(seed);
            for (int i = order.Count - 1; i >= 0; i--) Visit(order[i], targets);
            Tensor?[] results = targets is null ? AccumulateLeaves(recording != Recording.None) : Results(targets);
            seed.Storage.Holders--;
            if (!retainGraph)
                foreach (Operation operation in order) operation.Free(finished);
            return results;
        }
        finally
        {
            GradientMode.Set(modeBefore);
            if (hasSpare) Spare.Elements = null;
            hasSpare = false;
            if (isTracking) Storage.Track(trackedBefore);
            foreach (Operation operation in order) operation.Pending = null;
            foreach (Tensor leaf in leaves) leaf.TakePending();
            foreach (Storage storage in allocated) storage.ReleaseUnheld(allocated);
            foreach (Storage storage in allocated) storage.Untrack();
            allocated.Clear();
            order.Clear();
            path.Clear();
            leaves.Clear();
            isRunning = false;
        }
    }

    /// <summary>
    /// Adds the nodes below the root to <see cref="order"/>, inputs first, and the leaves to <see cref="leaves"/> (perhaps
    /// repeatedly).
    /// </summary>
    private void Order(Tensor root, Tensor[]? targets, Tensor[] boundary)
    {
        int first = order.Count;
        try
        {
            Descend(root, targets, boundary);
        }
        finally
        {
            for (int i = first; i < order.Count; i++) order[i].Passed = -1;
            foreach (Operation operation in path) operation.Passed = -1; // what an error left
        }
    }

    private void Descend(Tensor root, Tensor[]? targets, Tensor[] boundary)
    {
        if (targets is [var only]) boundary = [.. boundary, only]; // nothing below a single target can lead to it
        bool IsLeaf(Tensor tensor) => tensor.Source is null || (boundary.Length > 0 && Array.IndexOf(boundary, tensor) >= 0);
        if (IsLeaf(root)) leaves.Add(root);
        else Push(root.Source!);
        while (path.TryPeek(out Operation? operation))
        {
            int next = operation.Passed;
            if (next == operation.InputCount)
            {
                path.Pop();
                order.Add(operation);
                operation.LeadsToTarget = targets is null || LeadsTo(targets, operation);
                continue;
            }

            operation.Passed++;
            Tensor input = operation.Input(next);
            if (!input.RequiresGradient) continue;
            if (IsLeaf(input)) leaves.Add(input);
            else if (input.Source!.Passed < 0) Push(input.Source);
        }
    }

    private void Push(Operation operation)
    {
        operation.CheckInputs();
        operation.Passed = 0;
        path.Push(operation);
    }

    private void GiveBack(Storage inner)
    {
        hasSpare = true;
        inner.ReleaseInner();
    }

    private static bool CarriesTangent(Operation operation) => operation.Output.HasVisibleTangent;

    private static bool LeadsTo(Tensor[] targets, Operation operation)
    {
        for (int i = 0; i < operation.InputCount; i++)
        {
            Tensor input = operation.Input(i);
            if (input.RequiresGradient && (Array.IndexOf(targets, input) >= 0 || input.Source is { LeadsToTarget: true })) return true;
        }

        return false;
    }

    private void Visit(Operation operation, Tensor[]? targets)
    {
        Tensor? gradient = operation.Pending;
        if (gradient is null) return;
        int first = allocated.Count;
        bool isWanted = targets is not null && Array.IndexOf(targets, operation.Output) >= 0;
        if (isWanted) gradient.Storage.Holders++; // so that the operation does not overwrite it
        Storage? inner = isDropping && operation.Output.Storage is { IsInner: true } made && operation.IsMaker ? made : null;
        if (inner is not null && operation is IRepeatable) GiveBack(inner); // whose derivatives do not read what they made
        if (operation.LeadsToTarget)
        {
            if (operation is Recomputation part) Continue(part, gradient, targets);
            else operation.Backward(gradient);
        }

        if (inner is not null) GiveBack(inner);
        operation.Output.Storage.ForgetAgain(operation);
        if (isWanted) gradient.Storage.Holders--;
        // Not earlier: a gradient that a sum replaced may have been passed on to another input afterwards.
        for (int i = first; i < allocated.Count; i++) allocated[i].ReleaseUnheld(allocated);
        if (isWanted) return;
        operation.Pending = null;
        gradient.Storage.Holders--;
        gradient.Storage.ReleaseUnheld(allocated);
    }

    /// <summary>
    /// Goes on into a part that is computed again. Its values are noted apart from the walk's gradients, because a rule may
    /// write over those, and go back to the pool behind it.
    /// </summary>
    private void Continue(Recomputation part, Tensor gradient, Tensor[]? targets)
    {
        bool isKept = GradientMode.Current != Recording.None;
        List<Storage> values = [];
        List<Storage>? trackedBefore = Storage.Track(values);
        Tensor root;
        try
        {
            root = part.Compute();
        }
        finally
        {
            Storage.Track(trackedBefore);
        }

        int first = order.Count;
        Order(root, targets, part.Boundary);
        root.AddPending(gradient);
        for (int i = order.Count - 1; i >= first; i--) Visit(order[i], targets);
        if (!isKept)
        {
            for (int i = first; i < order.Count; i++) order[i].Free(values);
            foreach (Storage value in values)
                if (value.Holders == 0) value.Release();
        }

        order.RemoveRange(first, order.Count - first);
    }

    private Tensor?[] AccumulateLeaves(bool createGraph)
    {
        foreach (Tensor leaf in leaves)
            if (leaf.TakePending() is { } gradient) leaf.AccumulateGradient(gradient, createGraph);
        return [];
    }

    /// <summary>One tensor for each target, none of which shares memory with another one or with the seed.</summary>
    private static Tensor?[] Results(Tensor[] targets)
    {
        // A target may be named twice, so peek here; the pending gradients are cleared when the walk ends.
        Tensor?[] results = new Tensor?[targets.Length];
        for (int i = 0; i < targets.Length; i++)
        {
            if (targets[i].Pending is not { } gradient) continue;
            results[i] = gradient.Storage.Holders > 1 ? gradient.Copy() : gradient;
            results[i]!.Storage.Holders++;
        }

        return results;
    }

    private void Release()
    {
        foreach (Storage storage in finished) storage.Release();
        finished.Clear();
    }
}
