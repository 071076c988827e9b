using System.Diagnostics;
using System.Reflection;
using Crucible.Layers;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Fuzz;

/// <summary>
/// Calls every public operation with arguments that mostly do not fit: axes out of range, sizes near 2³¹, other element
/// types, NaN. It must compute or refuse with a <see cref="CrucibleException"/> of one line. Operations are found by
/// reflection, so that a new one cannot be forgotten.
/// </summary>
internal static class Abuse
{
    /// <summary>
    /// A call that takes longer says so, while it runs: its tensors should have a few elements, or none, or be refused. It is
    /// no fault, because a machine may be slow.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly int[] Integers =
    [
        int.MinValue, int.MinValue + 1, -65536, -3, -2, -1, 0, 0, 1, 1, 2, 2, 3, 4, 5, 63, 65, 65536,
        int.MaxValue - 57, int.MaxValue - 1, int.MaxValue,
    ];

    private static readonly double[] Doubles =
        [double.NaN, double.NegativeInfinity, double.PositiveInfinity, -1e300, -1, -0.0, 0, 1e-300, 0.5, 1, 2, 3e9, 1e300];

    private static readonly string[] Specifications =
    [
        "ij,jk->ik", "ij->ji", "ii->i", "ij,ij->", "...i,...i->...", "i->ii", "i->k", "->", "", ",", "i..j->", "....", "i,->i", "1->1",
        "ij->i->j",
    ];

    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Type[] Drawn =
    [
        typeof(Tensor), typeof(int), typeof(double), typeof(bool), typeof(string), typeof(int?), typeof(double?), typeof(DType),
        typeof(DType?),
        typeof(LossReduction), typeof(Shape), typeof(int[]), typeof(IEnumerable<int>), typeof(Tensor[]), typeof(IEnumerable<Tensor>),
        typeof(Generator), typeof(AttentionOptions), typeof(RecurrenceOptions),
    ];

    /// <summary>Everything that is called.</summary>
    public static IReadOnlyList<MethodInfo> Methods { get; } =
    [
        .. new[] { typeof(Tensor), typeof(Activations), typeof(Loss), typeof(Shape) }
            .SelectMany(type => type.GetMethods(Declared))
            .Where(method => !method.IsGenericMethod && Left(method) is null).OrderBy(method => method.ToString(), StringComparer.Ordinal),
    ];

    /// <summary>Why a method is not called, or null.</summary>
    public static string? Left(MethodInfo method) =>
        method.Name == nameof(Tensor.NoGrad) ? "it changes the thread"
        : method.Name is nameof(Tensor.Release) ? "what is read afterwards throws, as documented"
        : method.GetParameters().FirstOrDefault(parameter => !CanMake(parameter.ParameterType)) is { } strange
            ? Invariant($"it takes {strange.ParameterType.Name}")
        : null;

    /// <summary>One call drawn from a seed: what was wrong with it, or null.</summary>
    public static string? Try(int seed)
    {
        Random random = new(seed);
        MethodInfo method = Methods[random.Next(Methods.Count)];
        object? target = method.IsStatic ? null : Make(method.DeclaringType!, random);
        object?[] arguments = [.. method.GetParameters().Select(parameter => Make(parameter.ParameterType, random))];
        string given = string.Join(", ", arguments.Select(Text));
        string call = Invariant($"{method.DeclaringType!.Name}.{method.Name}({given}) of {Text(target)}");
        void Complain(object? state) => Console.Error.WriteLine(Invariant($"{call} has run for another {Patience}, --seed {seed}"));
        using Timer hanging = new(Complain, null, Patience, Patience);
        string? wrong = null;
        try
        {
            object? result = method.Invoke(target, arguments);
            if (result is Tensor) _ = result.ToString();
        }
        catch (TargetInvocationException error)
        {
            wrong = Wrong(error.InnerException!);
        }
        catch (Exception error)
        {
            wrong = Wrong(error);
        }

        return wrong is null ? null : Invariant($"{call}: {wrong}");
    }

    private static string? Wrong(Exception error) => error is not CrucibleException
        ? Invariant($"{error.GetType().Name}: {error.Message} {error.StackTrace?.Split('\n')[0].Trim()}")
        : error.Message.Contains('\n') || error.Message.Length < 10 ? "no clear line: " + error.Message
        : null;

    private static bool CanMake(Type type) => Drawn.Contains(type);

    private static object? Make(Type type, Random random)
    {
        if (type == typeof(Tensor)) return MakeTensor(random);
        if (type == typeof(int)) return Integer(random);
        if (type == typeof(double)) return Doubles[random.Next(Doubles.Length)];
        if (type == typeof(bool)) return random.Next(2) == 0;
        if (type == typeof(string)) return Specifications[random.Next(Specifications.Length)];
        if (type == typeof(int?)) return random.Next(3) == 0 ? null : Integer(random);
        if (type == typeof(double?)) return random.Next(3) == 0 ? null : Doubles[random.Next(Doubles.Length)];
        if (type == typeof(DType)) return (DType)random.Next(4);
        if (type == typeof(DType?)) return random.Next(3) == 0 ? null : (DType)random.Next(4);
        if (type == typeof(LossReduction)) return (LossReduction)random.Next(3);
        if (type == typeof(Generator)) return new Generator((ulong)random.Next(100));
        if (type == typeof(Tensor[]) || type == typeof(IEnumerable<Tensor>))
            return Enumerable.Range(0, random.Next(4)).Select(_ => MakeTensor(random)).ToArray();
        if (type == typeof(AttentionOptions))
            return new AttentionOptions
            {
                IsCausal = random.Next(2) == 0,
                Mask = random.Next(2) == 0 ? null : MakeTensor(random),
                Scale = random.Next(2) == 0 ? null : Doubles[random.Next(Doubles.Length)],
                Dropout = random.Next(2) == 0 ? 0 : Doubles[random.Next(Doubles.Length)],
                Generator = random.Next(2) == 0 ? null : new Generator(1),
            };
        if (type == typeof(RecurrenceOptions))
            return new RecurrenceOptions
            {
                Lengths = random.Next(2) == 0 ? null : [.. Enumerable.Range(0, random.Next(4)).Select(_ => Integer(random))],
                IsReversed = random.Next(2) == 0,
            };
        int[] sizes = [.. Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(2) == 0 ? random.Next(4) : Integer(random))];
        return type != typeof(Shape) ? sizes : Shape.From(sizes.Select(size => Math.Clamp(size, 0, 3)));
    }

    private static int Integer(Random random) => random.Next(3) == 0 ? Integers[random.Next(Integers.Length)] : random.Next(-2, 4);

    /// <summary>A small tensor, or an empty or thin one with long axes, of any element type and with NaN and infinities in it.</summary>
    private static Tensor MakeTensor(Random random)
    {
        int[][] shapes =
        [
            [], [0], [1], [3], [2, 3], [3, 2], [2, 2], [3, 3], [0, 3], [3, 0], [2, 3, 2], [1, 2, 3, 2], [2, 1, 1, 2, 2], [65536],
            [65536, 1],
            [1, 65536], [0, 1 << 20], [1 << 20, 0], [0, 4600, 4600], [1, 1, 1, 1, 1, 1, 1, 2], [100, 0, 100], [33, 65],
        ];
        int[] shape = shapes[random.Next(shapes.Length)];
        DType type = (DType)(random.Next(2) == 0 ? 0 : random.Next(4));
        Tensor data = Tensor.Init(shape, _ => type.IsFloat() && random.Next(20) == 0 ? Doubles[random.Next(Doubles.Length)]
            : type == DType.Int32 && random.Next(20) == 0 ? Integers[random.Next(Integers.Length)] : random.Next(-1, 4), type);
        return type.IsFloat() && random.Next(3) == 0 ? data.AsParameter() : data;
    }

    private static string Text(object? value) => value switch
    {
        null => "null",
        Tensor tensor => Invariant($"{tensor.DType.ToName()} {tensor.Shape}"),
        int[] sizes => Invariant($"[{string.Join(", ", sizes)}]"),
        Tensor[] tensors => "[" + string.Join(", ", tensors.Select(Text)) + "]",
        _ => Invariant($"{value}"),
    };

    /// <summary>Calls until the time is over.</summary>
    public static int For(TimeSpan time, int seed, Action<string> found)
    {
        Stopwatch watch = Stopwatch.StartNew();
        HashSet<string> seen = [];
        int count = 0;
        for (; watch.Elapsed < time; count++)
            if (Try(unchecked(seed + count)) is { } wrong && seen.Add(wrong.Split('(')[0]))
                found(Invariant($"{wrong}\n// found with --seed {unchecked(seed + count)}"));
        return count;
    }
}
