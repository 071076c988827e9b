using System.Runtime.Intrinsics.X86;

namespace Crucible.Kernels;

/// <summary>The steps of one kind of cell with vectors of one width.</summary>
internal static unsafe class RecurrenceWalk<TStep, T, V>
    where TStep : struct, IRecurrentStep
    where T : unmanaged
    where V : unmanaged, ISimd<V, T>
{
    private const int InPlaceRows = 48; // rows of all steps that do not repay packing the weights

    private const int LineBytes = 64;

    /// <summary>The units of a part: neighbours, whose weights for a gate are one strip.</summary>
    private static int PartUnits => MatMulStrips<T, V>.StripColumns;

    internal static void Forward(in RecurrenceProblem<T> problem)
    {
        if (problem.Steps == 0) return;
        Job job = new(in problem);
        bool isPacked = problem.Size % V.Count != 0 || job.RowsBefore(problem.Steps) > InPlaceRows;
        if (isPacked) job.Run(Phase.PackWeights, problem.Size);
        for (int step = 0; step < problem.Steps; step++)
        {
            job.Step = step;
            job.Run(Phase.Forward, problem.Running[step]);
        }
    }

    internal static void Backward(in RecurrenceProblem<T> problem)
    {
        if (problem.Steps == 0) return;
        Job job = new(in problem);
        job.Run(Phase.PackTransposed, problem.Size);
        for (int step = problem.Steps - 1; step >= -1; step--)
        {
            job.Step = step;
            job.Run(Phase.Backward, problem.Running[Math.Max(step, 0)]);
        }
    }

    private enum Phase
    {
        PackWeights,
        PackTransposed,
        Forward,
        Backward,
    }

    private struct Job : IJob
    {
        private readonly RecurrenceProblem<T> problem;
        private readonly nint width; // of a row of gates
        private readonly T* packed;
        private Phase phase;
        private bool isPacked;

        internal Job(in RecurrenceProblem<T> problem)
        {
            this.problem = problem;
            width = problem.Width;
            packed = Scratch.Recurrence<T>(TStep.Gates * MatMulStrips<T, V>.PackedSize(problem.Size, problem.Size));
        }

        internal int Step { get; set; }

        private readonly nint WeightRow => (nint)TStep.Gates * problem.Size;

        /// <summary>Does one phase of a step, on several threads where its product over so many rows repays them.</summary>
        internal void Run(Phase next, int rows)
        {
            phase = next;
            isPacked |= next is Phase.PackWeights or Phase.PackTransposed;
            int parts = (problem.Size + PartUnits - 1) / PartUnits;
            if (Threads.Count > 1 && rows * WeightRow * problem.Size >= MatMul.ParallelWork) Workers.Run(ref this, parts);
            // back and forth, so that a step begins with the weights that the one before has left in the cache
            else if (Step % 2 == 0) for (int part = 0; part < parts; part++) Run(part);
            else for (int part = parts - 1; part >= 0; part--) Run(part);
        }

        /// <summary>The rows of the steps before one.</summary>
        internal readonly int RowsBefore(int step) => problem.First[step - 1] + problem.Running[step - 1];

        public readonly void Run(int part)
        {
            int unit = part * PartUnits, units = Math.Min(PartUnits, problem.Size - unit);
            switch (phase)
            {
                case Phase.PackWeights:
                case Phase.PackTransposed:
                    for (int gate = 0; gate < TStep.Gates; gate++) Pack(gate, unit, units);
                    break;
                case Phase.Forward:
                    StepBlock<T> block = Block(unit, units);
                    for (int gate = 0; gate < TStep.Gates; gate++)
                    {
                        if (gate == 0) FetchForward(in block);
                        if (gate + 1 < TStep.Blocks) Fetch(block.Gates + ((gate + 1) * block.Size), width, in block);
                        AddProduct(gate, unit, units);
                    }

                    TStep.Forward<V, T>(in block);
                    break;
                default:
                    if (Step >= 0) FetchBackward(Block(unit, units));
                    if (Step + 1 < problem.Steps) PassBack(unit, units);
                    if (Step >= 0) TStep.Backward<V, T>(Block(unit, units));
                    break;
            }
        }

        private readonly T* Room(int gate, int unit) => packed + (((nint)unit * TStep.Gates) + ((nint)gate * PartUnits)) * problem.Size;

        private readonly void Pack(int gate, int unit, int units)
        {
            T* weight = problem.Weight + ((nint)gate * problem.Size);
            if (phase == Phase.PackWeights)
                MatMulStrips<T, V>.PackOne(weight + unit, WeightRow, problem.Size, units, Room(gate, unit));
            else MatMulStrips<T, V>.PackTransposed(weight + (unit * WeightRow), WeightRow, problem.Size, units, Room(gate, unit));
        }

        private readonly PackedStrips<T> Weights(int gate, int unit, int units) => isPacked
            ? MatMulStrips<T, V>.Packed(Room(gate, unit), problem.Size, units)
            : MatMulStrips<T, V>.InPlace(problem.Weight + ((nint)gate * problem.Size) + unit, WeightRow, units);

        /// <summary>Adds h·R to the gates of the step.</summary>
        private readonly void AddProduct(int gate, int unit, int units)
        {
            nint first = problem.First[Step];
            T* hidden = problem.Hidden + (first * problem.Size);
            T* to = problem.Gates + (first * width) + ((nint)TStep.Block(gate) * problem.Size) + unit;
            Multiply(problem.Running[Step], hidden, problem.Size, Weights(gate, unit, units), to, width, TStep.IsAdded(gate));
        }

        /// <summary>The gradient of h before the step after this one: that of its gates times Rᵀ.</summary>
        private readonly void PassBack(int unit, int units)
        {
            nint first = problem.First[Step + 1];
            for (int gate = 0; gate < TStep.Gates; gate++)
            {
                T* from = problem.GateGradients + (first * width) + ((nint)TStep.Block(gate) * problem.Size);
                Multiply(problem.Running[Step + 1], from, width, Weights(gate, unit, units), problem.HiddenGradients + unit, problem.Size,
                    TStep.PassesHidden || gate > 0);
            }
        }

        /// <summary>c[rows, units] = a·b, plus c if asked, in panels of rows.</summary>
        private readonly void Multiply(int rows, T* a, nint aRow, PackedStrips<T> b, T* c, nint cRow, bool accumulate)
        {
            int panel = MatMulStrips<T, V>.PanelRows(rows);
            for (int row = 0; row < rows; row += panel)
                MatMulStrips<T, V>.Panel(Math.Min(panel, rows - row), b.Columns, 0, problem.Size, a + (row * aRow), aRow, 1, in b,
                    c + (row * cRow), cRow, accumulate);
        }

        /// <summary>
        /// Asks for what a step reads and writes far from the nearest caches, short pieces of rows that the processor does
        /// not foresee: they come while the product is computed.
        /// </summary>
        private readonly void FetchForward(in StepBlock<T> block)
        {
            Fetch(block.Gates, width, in block);
            if (problem.Cells != null) Fetch(block.Cell, block.Size, in block);
            if (block.GoingOn > 0) Fetch(block.Next, block.Size, in block);
            for (int row = 0; row < block.Rows; row++) FetchRow(block.Outputs + (block.Place[row] * block.Size), block.Units);
        }

        /// <inheritdoc cref="FetchForward"/>
        private readonly void FetchBackward(in StepBlock<T> block)
        {
            for (int gate = 0; gate < TStep.Blocks; gate++)
            {
                Fetch(block.Gates + (gate * block.Size), width, in block);
                Fetch(block.GateGradients + (gate * block.Size), width, in block);
            }

            if (problem.Cells != null) Fetch(block.CellBefore, block.Size, in block);
            for (int row = 0; row < block.Rows; row++) FetchRow(block.OutputGradients + (block.Place[row] * block.Size), block.Units);
        }

        private static void Fetch(T* first, nint distance, in StepBlock<T> block)
        {
            for (int row = 0; row < block.Rows; row++) FetchRow(first + (row * distance), block.Units);
        }

        private static void FetchRow(T* row, int units)
        {
            if (!Sse.IsSupported) return;
            for (int i = 0; i < units; i += LineBytes / sizeof(T)) Sse.Prefetch0(row + i);
        }

        private readonly StepBlock<T> Block(int unit, int units)
        {
            nint size = problem.Size, first = problem.First[Step], states = (first * size) + unit, gates = (first * width) + unit;
            bool isLast = Step + 1 == problem.Steps;
            return new()
            {
                Rows = problem.Running[Step],
                Units = units,
                GoingOn = isLast ? 0 : problem.Running[Step + 1],
                Size = size,
                Width = width,
                Gates = problem.Gates + gates,
                Hidden = problem.Hidden + states,
                Next = isLast ? null : problem.Hidden + (problem.First[Step + 1] * size) + unit,
                CellBefore = Step == 0 ? problem.FirstCells + unit : problem.Cells + (problem.First[Step - 1] * size) + unit,
                Cell = problem.Cells + states,
                Bias = problem.Bias + unit,
                Place = problem.Place + first,
                Outputs = problem.Outputs + unit,
                OutputGradients = problem.OutputGradients + unit,
                HiddenGradients = problem.HiddenGradients + unit,
                CellGradients = problem.CellGradients + unit,
                GateGradients = problem.GateGradients + gates,
            };
        }
    }
}
