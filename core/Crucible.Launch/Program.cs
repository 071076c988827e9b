using System.Globalization;

namespace Crucible.Launch;

/// <summary>
/// The entry of this assembly, which has no other: <c>scripts/crucible.fsx</c> and <c>build.fsx</c> load it from its
/// bytes and invoke its entry point, so that they know no name in it,
/// and a new build can replace its file.
/// </summary>
public static class Program
{
    /// <summary>
    /// <c>start ROOT</c> runs the script that this process's command line names, building the core first if need be,
    /// and ends the process with its exit code;
    /// <c>is-fresh ROOT</c> tells whether the built core is that of the sources; <c>stamp ROOT TICKS</c> notes that a
    /// build which began then (UTC) has ended.
    /// </summary>
    /// <param name="arguments">One of these commands.</param>
    /// <returns>0 for yes and done, 1 for no and for a failure, which is told in a line, 2 for another command.</returns>
    public static int Main(string[] arguments)
    {
        try
        {
            switch (arguments)
            {
                case ["start", string root]:
                    return Launcher.Start(root);
                case ["is-fresh", string root]:
                    return CoreBuild.IsFresh(root) ? 0 : 1;
                case ["stamp", string root, string ticks]:
                    CoreBuild.Stamp(root, new DateTime(long.Parse(ticks, CultureInfo.InvariantCulture), DateTimeKind.Utc));
                    return 0;
                default:
                    return 2;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }
}
