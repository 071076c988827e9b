namespace Crucible.Tensors;

/// <summary>What a tensor carries for the calls of the derivative API that run.</summary>
public sealed partial class Tensor
{
    internal Tangent? Tangents
    {
        get => marks?.Tangents;
        private set
        {
            if (value is not null || marks is not null) Marks.Tangents = value;
        }
    }

    /// <summary>Whether tangents are to be carried on at present.</summary>
    internal bool HasVisibleTangent
    {
        get
        {
            for (var tangent = Tangents; tangent is not null; tangent = tangent.Next)
                if (tangent.Level.IsVisible) return true;
            return false;
        }
    }

    /// <summary>The tangent for a call; null when this tensor does not change with its variable.</summary>
    internal Tensor? TangentAt(DerivativeLevel call)
    {
        for (var tangent = Tangents; tangent is not null; tangent = tangent.Next)
            if (ReferenceEquals(tangent.Level, call)) return tangent.Value;
        return null;
    }

    internal void AddTangent(DerivativeLevel call, Tensor value) => Tangents = new Tangent(call, value, Tangents);

    /// <summary>The same values as the variable of a reverse-mode call: what backward stops at, and a part of the caller's graph when this tensor is.</summary>
    internal Tensor AsVariable(DerivativeLevel call)
    {
        var variable = Alias();
        if (variable.RequiresGradient) return variable;
        (variable.Marks.IsVariable, variable.Marks.Level) = (true, call);
        return variable;
    }

    /// <summary>The same values as the variable of a forward-mode call, which move along a direction.</summary>
    internal Tensor AsVariable(DerivativeLevel call, Tensor direction)
    {
        var variable = Alias();
        variable.AddTangent(call, direction);
        return variable;
    }

    /// <summary>This result of a derivative, cut loose from calls that have returned; its graph and tangents for others remain.</summary>
    internal Tensor Settled()
    {
        Tangent? live = null;
        for (var tangent = Tangents; tangent is not null; tangent = tangent.Next)
            if (tangent.Level.IsRunning) live = new Tangent(tangent.Level, tangent.Value, live);
        if (!IsMarked || Level is not { IsRunning: false })
        {
            Tangents = live;
            return this;
        }

        var settled = Detach();
        settled.Tangents = live;
        return settled;
    }

    /// <summary>The same values under another identity, with this tensor's place in the graph and its tangents.</summary>
    internal Tensor Alias()
    {
        var alias = new Tensor(Storage, Shape);
        return IsRecorded ? new Reshape(this).Record(alias) : alias;
    }
}
