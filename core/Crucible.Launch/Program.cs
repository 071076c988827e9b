namespace Crucible.Launch;

/// <summary>
/// The entry of this assembly, which has no other: <c>launch.fsx</c> loads it from its bytes and invokes its entry
/// point, so that it knows no name in it, and a new build can replace its file.
/// </summary>
public static class Program
{
    /// <summary>
    /// <c>start ROOT</c> runs the script that this process's command line names, building the core first if need be,
    /// and ends the process with its exit code; in a notebook it only builds. <c>build ROOT</c> builds the core unless
    /// it is that of the sources.
    /// </summary>
    /// <param name="arguments">One of these commands.</param>
    /// <returns>0 for done, another number for a failure, which has been told.</returns>
    public static int Main(string[] arguments)
    {
        try
        {
            switch (arguments)
            {
                case ["start", string root]:
                    return Launcher.Start(root);
                case ["build", string root]:
                    return CoreBuilder.Refresh(root);
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
