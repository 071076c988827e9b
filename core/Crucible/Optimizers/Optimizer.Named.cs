using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Optimizers;

/// <summary>
/// Optimizers and their options by name. The name is that of the class; the options are the properties of the second
/// argument of its constructor <c>(groups, options)</c>. An optimizer, its options and its names are one file.
/// </summary>
public abstract partial class Optimizer
{
    /// <summary>The names of all optimizers: <c>adam</c>, <c>adamW</c>, <c>rmsProp</c>, <c>sgd</c>.</summary>
    public static IReadOnlyList<string> Names
    {
        [RequiresUnreferencedCode(Naming.AreOfClasses)]
        get => NamedTypes<Optimizer>.Names;
    }

    /// <summary>The options of a named optimizer: <c>learningRate</c>, <c>momentum</c>, …</summary>
    /// <param name="name">One of <see cref="Names"/>, in upper or lower case.</param>
    /// <returns>The names of its options.</returns>
    /// <exception cref="OptionException">There is no such optimizer.</exception>
    [RequiresUnreferencedCode(Naming.AreOfClasses)]
    public static IReadOnlyList<string> OptionNames(string name) => [.. OptionsOf(ConstructorOf(name)).Select(Naming.CamelCase)];

    /// <summary>
    /// A named optimizer:
    /// <c>Optimizer.Named("sgd", model.Parameters, dict [ "learningRate", 0.1; "momentum", 0.9 ])</c>.
    /// </summary>
    /// <param name="name">One of <see cref="Names"/>, in upper or lower case.</param>
    /// <param name="parameters">The parameters: <c>model.Parameters</c>.</param>
    /// <param name="options">Options by name, in upper or lower case, yes and no as 1 and 0; what is not given has its default.</param>
    /// <returns>The optimizer.</returns>
    /// <exception cref="OptionException">There is no such optimizer or option, or a value is out of range; the message
    /// lists the names.</exception>
    [RequiresUnreferencedCode(Naming.AreOfClasses)]
    public static Optimizer Named(string name, IEnumerable<Tensor> parameters, IEnumerable<KeyValuePair<string, double>>? options = null) =>
        Named(name, [new ParameterGroup(parameters)], options);

    /// <summary>A named optimizer of groups of parameters with options of their own.</summary>
    /// <param name="name">One of <see cref="Names"/>, in upper or lower case.</param>
    /// <param name="groups">The groups.</param>
    /// <param name="options">What holds where a group says nothing.</param>
    /// <returns>The optimizer.</returns>
    /// <exception cref="OptionException">As for a single list of parameters.</exception>
    [RequiresUnreferencedCode(Naming.AreOfClasses)]
    public static Optimizer Named(
        string name, IEnumerable<ParameterGroup> groups, IEnumerable<KeyValuePair<string, double>>? options = null)
    {
        ConstructorInfo constructor = ConstructorOf(name);
        object values = Activator.CreateInstance(constructor.GetParameters()[1].ParameterType)!;
        string label = Naming.CamelCase(constructor.DeclaringType!);
        foreach ((string? option, double value) in options ?? []) Set(label, values, OptionsOf(constructor), option, value);
        return (Optimizer)constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, [groups, values], null);
    }

    [RequiresUnreferencedCode(Naming.AreOfClasses)]
    private static ConstructorInfo ConstructorOf(string name) =>
        NamedTypes<Optimizer>.Find(name).GetConstructors()
            .Single(constructor => constructor.GetParameters()[0].ParameterType == typeof(IEnumerable<ParameterGroup>));

    [RequiresUnreferencedCode(Naming.AreOfClasses)]
    private static PropertyInfo[] OptionsOf(ConstructorInfo constructor) => constructor.GetParameters()[1].ParameterType.GetProperties();

    private static void Set(string optimizer, object values, PropertyInfo[] options, string name, double value)
    {
        PropertyInfo option = Array.Find(options, option => option.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw Naming.Unknown(Invariant($"{optimizer}: the option"), name, options.Select(Naming.CamelCase));
        bool isTruth = option.PropertyType == typeof(bool);
        if (isTruth && value is not (0.0 or 1.0)) throw Errors.Option(optimizer, Naming.CamelCase(option), "0 or 1", value);
        option.SetValue(values, isTruth ? value == 1.0 : value);
    }
}
