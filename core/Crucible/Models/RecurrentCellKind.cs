using Crucible.Layers;
using Crucible.Tensors;

namespace Crucible.Models;

/// <summary>The units of recurrent models.</summary>
public enum RecurrentCellKind
{
    /// <summary>Gated recurrent units.</summary>
    Gru,

    /// <summary>Long short-term memory.</summary>
    Lstm,

    /// <summary>Plain tanh units.</summary>
    Rnn,
}

/// <summary>Makes the layers of a kind.</summary>
internal static class RecurrentCellKinds
{
    /// <summary>Layers with fresh parameters.</summary>
    /// <param name="kind">The kind of their units.</param>
    /// <param name="owner">The model, for messages.</param>
    /// <param name="inputs">Channels of the input.</param>
    /// <param name="size">Units of each layer in each direction.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <param name="options">Layers, directions, dropout, initializers, element type.</param>
    public static Recurrent Create(
        this RecurrentCellKind kind, string owner, int inputs, int size, Generator generator, RecurrentOptions options) => kind switch
        {
            RecurrentCellKind.Gru => new Gru(inputs, size, generator, options),
            RecurrentCellKind.Lstm => new Lstm(inputs, size, generator, options),
            RecurrentCellKind.Rnn => new Rnn(inputs, size, generator, options),
            _ => throw Naming.NoMember(owner, kind),
        };
}
