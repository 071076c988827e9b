using System.Diagnostics;
using Crucible.Layers;
using Crucible.Models;
using Crucible.Optimizers;
using Crucible.Tensors;
using Crucible.Text;
using Crucible.Training;

namespace Crucible.Lab.Tests.House;

/// <summary>A console program that writes with a trained GPT, compiled ahead of time against the library's package.</summary>
internal static class AheadOfTime
{
    private const int Starts = 9;

    private const string Predicting = """
        using Crucible.Models;
        using Crucible.Text;

        Gpt model = GptFile.Load("model.safetensors");
        Tokenizer tokenizer = Tokenizer.Load("tokenizer.json");
        Console.WriteLine(new TextGenerator(model, tokenizer).Generate("to be", new GenerationOptions { MaxTokens = 20, Temperature = 0 }));
        """;

    /// <summary>Trains the model and compiles the program into a folder.</summary>
    /// <exception cref="InvalidOperationException">It is not compiled.</exception>
    internal static async Task<Program> PublishAsync(PackagesTests.Feed feed, string folder)
    {
        const string Text = "to be or not to be, that is the question: ";
        string File(string name) => Path.Combine(folder, name);
        Tokenizer tokenizer = CharacterTokenizer.Train([Text]);
        Gpt model = new(new() { Vocabulary = tokenizer.VocabularySize, Context = 16, Width = 16, Layers = 1 }, new Generator(1));
        System.IO.File.WriteAllText(File("text.txt"), string.Concat(Enumerable.Repeat(Text, 5)));
        TokenWindows windows = new(tokenizer.EncodeFile(File("text.txt")), 16, 8);
        Adam adam = new(model.Parameters, new AdamOptions { LearningRate = 1e-2 });
        new Trainer(model, adam, (logits, tokens) => Loss.CrossEntropy(logits, tokens))
            .Fit(windows, new TrainerOptions { Updates = 60, ShowProgress = false });
        model.Save(File("model.safetensors"));
        tokenizer.Save(File("tokenizer.json"));
        string writes = new TextGenerator(model, tokenizer).Generate("to be", new GenerationOptions { MaxTokens = 20, Temperature = 0 });
        feed.WriteProgram(folder, "cs", Predicting, "<PublishAot>true</PublishAot><InvariantGlobalization>true</InvariantGlobalization>");
        (int exitCode, string told) = await PackagesTests.Feed.DotnetAsync(folder, "publish", "-o", File("program"));
        string file = Path.Combine(File("program"), OperatingSystem.IsWindows() ? "mine.exe" : "mine");
        return exitCode == 0 ? new(file, told, writes) : throw new InvalidOperationException(told);
    }

    /// <summary>Its size, and the time from its start to its end, the median of some starts.</summary>
    internal static async Task<SortedDictionary<string, double>> MeasureAsync()
    {
        using TemporaryFolder folder = new();
        await using PackagesTests.Feed feed = new();
        await feed.InitializeAsync();
        Program program = await PublishAsync(feed, folder.Location);
        List<double> seconds = [];
        for (int start = 0; start < Starts; start++)
        {
            long begin = Stopwatch.GetTimestamp();
            await PackagesTests.Feed.RunAsync(program.File, folder.Location);
            seconds.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }

        return new()
        {
            ["megabytes"] = new FileInfo(program.File).Length / 1e6,
            ["seconds"] = seconds.Order().ElementAt(Starts / 2),
        };
    }

    /// <summary>What was compiled.</summary>
    /// <param name="File">The program.</param>
    /// <param name="Told">What the compiler told.</param>
    /// <param name="Writes">What the program should write.</param>
    internal sealed record Program(string File, string Told, string Writes);
}
