namespace Crucible.Models;

/// <summary>Whose names and orientation of matrices a file of GPT weights has.</summary>
public enum GptLayout
{
    /// <summary>Crucible's paths, matrices [inputs, outputs], with the model's options: every kind of <see cref="Models.Gpt"/>.</summary>
    Crucible,

    /// <summary>Hugging Face's GPT-2: <c>transformer.h.0.attn.c_attn.weight</c>, matrices [inputs, outputs] (its Conv1D).</summary>
    HuggingFace,

    /// <summary>nanoGPT: the same names, matrices [outputs, inputs] (PyTorch's Linear).</summary>
    NanoGpt,
}
