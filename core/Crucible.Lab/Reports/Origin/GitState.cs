using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Crucible.Lab.Reports;

/// <summary>The state of a repository: the commit, and what was changed since and not committed.</summary>
/// <param name="Commit">The commit's hash.</param>
/// <param name="Diff">The changes of tracked files as <c>git diff</c> prints them; an empty text for none.</param>
/// <param name="LeftOut">The letters of a diff that is too long to keep; 0 for one that was kept.</param>
internal sealed record GitState(string Commit, string Diff, int LeftOut)
{
    private const int MostDiff = 1 << 20; // letters

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20); // a repository on a slow disk

    /// <summary>The state around a folder; nothing where there is no repository, no commit or no git.</summary>
    internal static GitState? Of(string folder)
    {
        if (Git(folder, "rev-parse", "HEAD")?.Trim() is not { Length: > 0 } commit) return null;
        string diff = Git(folder, "diff", "HEAD", "--no-color", "--no-ext-diff") ?? "";
        return diff.Length > MostDiff ? new(commit, "", diff.Length) : new(commit, diff, 0);
    }

    internal JsonObject ToJson()
    {
        JsonObject json = new() { ["commit"] = Commit, ["diff"] = Diff };
        if (LeftOut > 0) json["diff_left_out"] = LeftOut;
        return json;
    }

    private static string? Git(string folder, params string[] arguments)
    {
        try
        {
            ProcessStartInfo start = new("git", ["-C", folder, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            };
            start.Environment["GIT_OPTIONAL_LOCKS"] = "0"; // looks, and writes nothing
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
            if (process.WaitForExit(Patience) && Task.WaitAll([output, errors], Patience))
                return process.ExitCode == 0 ? output.Result : null;
            process.Kill(entireProcessTree: true);
            return null;
        }
        catch (Exception error) when (error is Win32Exception or InvalidOperationException)
        {
            return null; // there is no git here
        }
    }
}
